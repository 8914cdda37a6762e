"""Runs the Python calls of the documentation page, one after the other, and prints what each printed.

On stdin is an object of programs by payment method.
"""

import contextlib
import io
import json
import sys

printed = {}
for source_type, program in json.load(sys.stdin).items():
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(program, source_type, "exec"), {"__name__": "__main__"})
    printed[source_type] = output.getvalue()
json.dump(printed, sys.stdout)
