"""Uses the official Python client as a merchant would and prints, as JSON, what it saw.

Usage: check.py URL SECRET_KEY
"""

import json
import sys

import omise
import omise.errors

URL, SECRET_KEY = sys.argv[1:]

# The cases that every official client is put through, with what only this one can send.
SOURCES = {
    "promptpay": {"amount": 10000, "currency": "THB", "type": "promptpay"},
    "lower-case currency": {"amount": 10000, "currency": "thb", "type": "promptpay"},
    "amount as text": {"amount": "10000", "currency": "THB", "type": "promptpay"},
    "absent as null": {
        "amount": 10000,
        "currency": "THB",
        "type": "alipay",
        "email": None,
        "installment_term": 0,
    },
    "econtext": {
        "amount": 1500,
        "currency": "JPY",
        "type": "econtext",
        "name": "ヤマダタロウ",
        "email": "taro@example.com",
        "phone_number": "09012345678",
    },
    "fpx": {
        "amount": 10000,
        "currency": "MYR",
        "type": "fpx",
        "bank": "maybank2u",
        "email": "a@example.com",
    },
    "installment_kbank": {
        "amount": 500000,
        "currency": "THB",
        "type": "installment_kbank",
        "installment_term": 6,
        "zero_interest_installments": True,
    },
    "truemoney": {
        "amount": 10000,
        "currency": "THB",
        "type": "truemoney",
        "phone_number": "0812345678",
    },
    "alipayplus_upm": {
        "amount": 10000,
        "currency": "THB",
        "type": "alipayplus_upm",
        "barcode": "2897991359827699709",
    },
    "atome": {
        "amount": 250000,
        "currency": "THB",
        "type": "atome",
        "phone_number": "+66812345678",
        "shipping": {
            "country": "TH",
            "city": "Bangkok",
            "postal_code": "10110",
            "state": "Bangkok",
            "street1": "1448/4 Praditmanutham Road",
        },
        "items": [
            {
                "sku": "3427842",
                "name": "Shoes",
                "amount": 100000,
                "quantity": 2,
                "category": "Shoes",
                "brand": "Prada",
            },
            {"sku": "3427843", "name": "Socks", "amount": 50000, "quantity": 1},
        ],
    },
}


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
