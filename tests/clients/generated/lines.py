"""The protocol of the drivers: a call as a line of JSON on stdin, its answer as one on stdout.

A call has `url`, `key` (or null), `operation`, `method`, `path` (such as `/sources/{id}`), `target`
(the path with its values and query), `arguments` (`path`, `query`, `header` and `body`, those that
are given), and the names of the schemas of the body and of the answer, `request` and `answer`.

An answer has `value`, or `status` and `error`, or `failure`.
"""

import json
import re
import sys
from collections.abc import Callable
from typing import Any


def answer_all(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answers every call on stdin."""
    for line in sys.stdin:
        try:
            answered = answer(json.loads(line))
        except Exception as error:
            answered = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(answered), flush=True)


def snake_case(name: str) -> str:
    """`createSource` and `Idempotency-Key` as Python writes them."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
