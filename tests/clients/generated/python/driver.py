"""Calls by the client that openapi-generator writes for Python."""

import json
from typing import Any

import source_api
from lines import answer_all, snake_case
from source_api import ApiClient, ApiException, Configuration, ErrorBody
from source_api import Source, SourceParameters, SourcesApi, SourceType


def client(host: str, key: str | None) -> ApiClient:
    return ApiClient(Configuration(host=host, username=key, password=""))


def example(host: str, key: str) -> Source:
    """The call of generators.md: it is checked, and not run."""
    request = SourceParameters(amount=10000, currency="THB", type=SourceType.PROMPTPAY)
    return SourcesApi(client(host, key)).create_source(request)


def answer(call: dict[str, Any]) -> dict[str, Any]:
    name = snake_case(call["operation"])
    apis = [api for api in vars(source_api).values() if hasattr(api, name)]
    given = call["arguments"]
    named = {**given.get("path", {}), **given.get("query", {}), **given.get("header", {})}
    if call["request"]:
        named[call["request"]] = getattr(source_api, call["request"]).from_dict(given["body"])
    operation = getattr(apis[0](client(call["url"], call["key"])), name)
    try:
        value = operation(**{snake_case(name): value for name, value in named.items()})
    except ApiException as error:
        if not isinstance(error.data, ErrorBody):
            raise
        return {"status": error.status, "error": json.loads(error.data.to_json())}
    return {"value": json.loads(value.to_json())}


answer_all(answer)
