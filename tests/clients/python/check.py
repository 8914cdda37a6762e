"""Uses the official Python client as a merchant would and prints, as JSON, what it saw.

Usage: check.py URL SECRET_KEY SOURCES_FILE
"""

import json
import sys
from pathlib import Path

import omise
import omise.errors

URL, SECRET_KEY, SOURCES_FILE = sys.argv[1:]

# The requests that every official client is put through.
SOURCES = json.loads(Path(SOURCES_FILE).read_text())


def attempt(call):
    """Returns the class and message of the error that `call` raises, or nulls."""
    try:
        call()
    except omise.errors.BaseError as error:
        return {"class": type(error).__name__, "message": str(error)}
    return {"class": None, "message": None}


def with_key(key, call):
    """Makes `call` with another secret key."""
    omise.api_secret = key
    try:
        return call()
    finally:
        omise.api_secret = SECRET_KEY


omise.api_main = URL
omise.api_secret = SECRET_KEY

created, retrieved_equal = {}, {}
for name, parameters in SOURCES.items():
    source = omise.Source.create(**parameters)
    created[name] = source._attributes
    retrieved_equal[name] = omise.Source.retrieve(source.id)._attributes == source._attributes

omise.api_version = "2019-05-29"
created["with a version"] = omise.Source.create(**SOURCES["promptpay"])._attributes
omise.api_version = None

def create(**changes):
    """Returns a call that creates a PromptPay source with `changes`."""
    return lambda: omise.Source.create(**{**SOURCES["promptpay"], **changes})


def retrieve(source_id):
    """Returns a call that retrieves a source."""
    return lambda: omise.Source.retrieve(source_id)


known_id = created["promptpay"]["id"]
errors = {
    "unknown key": with_key("skey_test_nobody", lambda: attempt(create())),
    "empty key": with_key("", lambda: attempt(create())),
    "unknown key on retrieve": with_key("skey_test_nobody", lambda: attempt(retrieve(known_id))),
    "absent id": attempt(retrieve("src_test_0000000000000000000")),
    "amount is not a number": attempt(create(amount="abc")),
    "amount too small": attempt(create(amount=1)),
    "unknown type": attempt(create(type="barter")),
    "nothing given": attempt(omise.Source.create),
    "unknown route": attempt(lambda: omise.Source._request("get", ("barter", "1"))),
}

json.dump({"created": created, "retrieved_equal": retrieved_equal, "errors": errors}, sys.stdout)
