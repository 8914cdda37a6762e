"""Calls by the client that openapi-python-client writes."""

import base64
import importlib
import pkgutil
from typing import Any

import source_api.api
from lines import answer_all, snake_case
from source_api import AuthenticatedClient, models
from source_api.api.sources import create_source
from source_api.models import ErrorBody, Source, SourceParameters, SourceType
from source_api.types import Response


def client(host: str, key: str | None) -> AuthenticatedClient:
    token = base64.b64encode(f"{key or ''}:".encode()).decode()
    return AuthenticatedClient(base_url=host, token=token, prefix="Basic")


def example(host: str, key: str) -> Response[ErrorBody | Source]:
    """The call of generators.md: it is checked, and not run."""
    request = SourceParameters(amount=10000, currency="THB", type_=SourceType.PROMPTPAY)
    return create_source.sync_detailed(client=client(host, key), body=request)


def answer(call: dict[str, Any]) -> dict[str, Any]:
    modules = pkgutil.walk_packages(source_api.api.__path__, "source_api.api.")
    end = "." + snake_case(call["operation"])
    module = importlib.import_module(next(found.name for found in modules if found.name.endswith(end)))
    given = call["arguments"]
    named = {**given.get("query", {}), **given.get("header", {})}
    named = {snake_case(name): value for name, value in named.items()}
    if call["request"]:
        named["body"] = getattr(models, call["request"]).from_dict(given["body"])
    path = given.get("path", {}).values()
    answered = module.sync_detailed(*path, client=client(call["url"], call["key"]), **named)
    if answered.parsed is None:
        return {"failure": f"nothing was read from an answer with {answered.status_code}"}
    read = answered.parsed.to_dict()
    if isinstance(answered.parsed, ErrorBody):
        return {"status": int(answered.status_code), "error": read}
    return {"value": read}


answer_all(answer)
