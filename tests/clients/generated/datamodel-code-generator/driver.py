"""Calls with the models that datamodel-code-generator writes, by an HTTP client of one's own."""

from typing import Any

import httpx
import source_api
from lines import answer_all
from source_api import Currency, ErrorBody, SourceParameters, SourceType


def example(host: str, key: str) -> httpx.Response:
    """The call of generators.md: it is checked, and not run."""
    request = SourceParameters(amount=10000, currency=Currency("THB"), type=SourceType.promptpay)
    body = request.model_dump(mode="json", exclude_unset=True)
    return httpx.post(f"{host}/sources", json=body, auth=(key, ""))


def answer(call: dict[str, Any]) -> dict[str, Any]:
    given = call["arguments"]
    body = None
    if call["request"]:
        request = getattr(source_api, call["request"]).model_validate(given["body"])
        body = request.model_dump(mode="json", by_alias=True, exclude_unset=True)
    answered = httpx.request(
        call["method"],
        call["url"] + call["target"],
        headers=given.get("header"),
        json=body,
        auth=(call["key"], "") if call["key"] else None,
    )
    if answered.is_error:
        error = ErrorBody.model_validate_json(answered.content)
        return {"status": answered.status_code, "error": error.model_dump(mode="json")}
    value = getattr(source_api, call["answer"]).model_validate_json(answered.content)
    return {"value": value.model_dump(mode="json", by_alias=True)}


answer_all(answer)
