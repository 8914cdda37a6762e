"""Uses the models that datamodel-code-generator writes, with an HTTP client of one's own."""

import json
import sys
from typing import Any

import httpx
from source_api import SourceParameters, Currency, ErrorBody, Source, SourceType

SERVICE, ANSWERS, PUBLIC_KEY, SECRET_KEY, *CASES = sys.argv[1:]


def create(host: str, key: str, amount: int) -> httpx.Response:
    # call
    request = SourceParameters(amount=amount, currency=Currency("THB"), type=SourceType.promptpay)
    body = request.model_dump(mode="json", exclude_unset=True)
    return httpx.post(f"{host}/sources", json=body, auth=(key, "") if key else None)
    # end


def retrieve(host: str, source_id: str) -> httpx.Response:
    return httpx.get(f"{host}/sources/{source_id}", auth=(SECRET_KEY, ""))


def outcome(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        body = ErrorBody.model_validate_json(answer.content)
        return {
            "error": {"status": answer.status_code, "code": body.code.root, "message": body.message}
        }
    try:
        source = Source.model_validate_json(answer.content)
    except ValueError as error:
        return {"failure": str(error)}
    code = source.scannable_code
    return {
        "source": {
            "id": source.id.root,
            "type": source.type.root,
            "flow": source.flow.root,
            "amount": source.amount,
            "currency": source.currency.root,
            "created": source.created_at.timestamp(),
            "status": source.charge_status,
            "code": code.image.download_uri if code and code.image else None,
        }
    }


created = outcome(create(SERVICE, PUBLIC_KEY, 10000))
created_id = created.get("source", {}).get("id", "")
outcomes = {
    "created": created,
    "retrieved": outcome(retrieve(SERVICE, created_id)),
    "absent": outcome(retrieve(SERVICE, "src_test_5g5in1we65199wlsyji")),
    "keyless": outcome(create(SERVICE, "", 10000)),
    "refused": outcome(create(SERVICE, PUBLIC_KEY, 1)),
}
for case in CASES:
    outcomes[case] = outcome(retrieve(ANSWERS, case))
print(json.dumps(outcomes))
