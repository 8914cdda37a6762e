"""Uses the client that openapi-python-client writes."""

import base64
import json
import sys
from collections.abc import Callable
from typing import Any

from source_api import AuthenticatedClient
from source_api.api.sources import create_source, retrieve_source
from source_api.models import SourceParameters, ErrorBody, Source, SourceType
from source_api.types import Response, Unset

SERVICE, ANSWERS, PUBLIC_KEY, SECRET_KEY, *CASES = sys.argv[1:]

Answer = Response[ErrorBody | Source]


# call
def client(host: str, key: str) -> AuthenticatedClient:
    token = base64.b64encode(f"{key}:".encode()).decode()
    return AuthenticatedClient(base_url=host, token=token, prefix="Basic")
# end


def create(host: str, key: str, amount: int) -> Answer:
    # call
    api = client(host, key)
    request = SourceParameters(amount=amount, currency="THB", type_=SourceType.PROMPTPAY)
    return create_source.sync_detailed(client=api, body=request)
    # end


def retrieve(host: str, source_id: str) -> Answer:
    return retrieve_source.sync_detailed(source_id, client=client(host, SECRET_KEY))


def outcome(call: Callable[[], Answer]) -> dict[str, Any]:
    try:
        answer = call()
    except Exception as error:
        return {"failure": str(error)}
    source = answer.parsed
    if isinstance(source, ErrorBody):
        status = int(answer.status_code)
        return {"error": {"status": status, "code": source.code, "message": source.message}}
    if source is None:
        return {"failure": f"nothing was read from a {answer.status_code}"}
    code = source.scannable_code
    image = code.image if code else None
    return {
        "source": {
            "id": source.id,
            "type": source.type_,
            "flow": source.flow,
            "amount": source.amount,
            "currency": source.currency,
            "created": source.created_at.timestamp(),
            "status": None if isinstance(source.charge_status, Unset) else source.charge_status,
            "code": image.download_uri if image else None,
        }
    }


created = outcome(lambda: create(SERVICE, PUBLIC_KEY, 10000))
created_id = created.get("source", {}).get("id", "")
outcomes = {
    "created": created,
    "retrieved": outcome(lambda: retrieve(SERVICE, created_id)),
    "absent": outcome(lambda: retrieve(SERVICE, "src_test_5g5in1we65199wlsyji")),
    "keyless": outcome(lambda: create(SERVICE, "", 10000)),
    "refused": outcome(lambda: create(SERVICE, PUBLIC_KEY, 1)),
}
for case in CASES:
    outcomes[case] = outcome(lambda: retrieve(ANSWERS, case))
print(json.dumps(outcomes))
