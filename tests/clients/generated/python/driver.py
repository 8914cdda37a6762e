"""Uses the client that openapi-generator writes for Python."""

import json
import sys
from collections.abc import Callable
from typing import Any

from source_api import ApiClient, ApiException, Configuration, SourceParameters
from source_api import ErrorBody, Source, SourcesApi, SourceType

SERVICE, ANSWERS, PUBLIC_KEY, SECRET_KEY, *CASES = sys.argv[1:]


# call
def sources(host: str, key: str | None) -> SourcesApi:
    return SourcesApi(ApiClient(Configuration(host=host, username=key, password="")))
# end


def create(host: str, key: str | None, amount: int) -> Source:
    # call
    api = sources(host, key)
    request = SourceParameters(amount=amount, currency="THB", type=SourceType.PROMPTPAY)
    return api.create_source(request)
    # end


def outcome(call: Callable[[], Source]) -> dict[str, Any]:
    try:
        source = call()
    except ApiException as error:
        body = error.data
        if not isinstance(body, ErrorBody):
            return {"failure": str(error)}
        return {"error": {"status": error.status, "code": body.code, "message": body.message}}
    except Exception as error:
        return {"failure": str(error)}
    code = source.scannable_code
    return {
        "source": {
            "id": source.id,
            "type": source.type,
            "flow": source.flow,
            "amount": source.amount,
            "currency": source.currency,
            "created": source.created_at.timestamp(),
            "status": source.charge_status,
            "code": code.image.download_uri if code and code.image else None,
        }
    }


created = outcome(lambda: create(SERVICE, PUBLIC_KEY, 10000))
created_id = created.get("source", {}).get("id", "")
api = sources(SERVICE, SECRET_KEY)
outcomes = {
    "created": created,
    "retrieved": outcome(lambda: api.retrieve_source(created_id)),
    "absent": outcome(lambda: api.retrieve_source("src_test_5g5in1we65199wlsyji")),
    "keyless": outcome(lambda: create(SERVICE, None, 10000)),
    "refused": outcome(lambda: create(SERVICE, PUBLIC_KEY, 1)),
}
for case in CASES:
    outcomes[case] = outcome(lambda: sources(ANSWERS, SECRET_KEY).retrieve_source(case))
print(json.dumps(outcomes))
