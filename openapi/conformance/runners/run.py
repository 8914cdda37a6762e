"""Runs the conformance cases: python3 run.py URL PUBLIC_KEY SECRET_KEY [NEED_TO_SKIP ...]"""
import base64, http.client, json, pathlib, re, sys, urllib.parse

if len(sys.argv) < 4:
    sys.exit(__doc__)
url, public_key, secret_key, *skip = sys.argv[1:]
url, NOTHING = urllib.parse.urlsplit(url), object()


def fill(text, names):
    for name, value in names.items():
        text = text.replace("{%s}" % name, value) if isinstance(value, str) else text
    return re.sub("{base64:(.*?)}", lambda m: base64.b64encode(m[1].encode()).decode(), text)


def send(request, names):
    headers, body = {}, base64.b64decode(request.get("base64", ""))
    if "key" in request:
        headers["authorization"] = "Basic {base64:{%s_key}:}" % request["key"]
    if "json" in request:
        headers["content-type"], body = "application/json", json.dumps(request["json"]).encode()
    if "form" in request:
        headers["content-type"] = "application/x-www-form-urlencoded"
    headers.update(request.get("headers", {}))
    body += request.get("form", request.get("text", "")).encode() + b"x" * request.get("pad", 0)
    https = url.scheme == "https"
    connect = http.client.HTTPSConnection if https else http.client.HTTPConnection
    connection = connect(url.netloc, timeout=30)
    connection.request(request["method"], url.path.rstrip("/") + fill(request["path"], names),
                       body or None, {name: fill(value, names) for name, value in headers.items()})
    answer = connection.getresponse()
    headers, text = {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    body = json.loads(text) if text else NOTHING
    return {"status": answer.status, "headers": headers, "body": body}


def matches(want, got, names):
    if isinstance(want, str):
        return got == fill(want, names)
    if isinstance(want, list):
        return (isinstance(got, list) and len(want) == len(got)
                and all(matches(*pair, names) for pair in zip(want, got)))
    if not isinstance(want, dict):
        return type(want) is type(got) and want == got
    if "$assumed" in want:
        return "emulator" in skip or matches(want["$assumed"], got, names)
    if "$absent" in want:
        return got is NOTHING
    if "$match" in want:
        return isinstance(got, str) and re.search(want["$match"], got) is not None
    if "$captured" in want:
        return got == names.get(want["$captured"], NOTHING)
    members = [name for name in want if name != "$keys"]
    return (isinstance(got, dict) and list(got) == want.get("$keys", list(got))
            and all(matches(want[name], got.get(name, NOTHING), names) for name in members))


def problem(case):
    names = {"public_key": public_key, "secret_key": secret_key}
    for step in [*case.get("given", []), case]:
        try:
            answer = send(step["request"], names)
            for name, member in step.get("capture", {}).items():
                names[name] = answer["body"][member] if member else answer["body"]
        except Exception as error:
            return f"no answer that can be read: {error!r}"
        if not matches(step["answer"], answer, names):
            return f"expected {step['answer']}, saw {answer}"


files = sorted(pathlib.Path(__file__).resolve().parent.parent.glob("*.json"))
cases = [case for file in files for case in json.loads(file.read_text("utf-8")).get("cases", [])]
cases = [case for case in cases if not set(skip) & set(case.get("needs", []))]
failures = [f"{case['id']}: {found}" for case in cases if (found := problem(case))]
print(*failures, f"{len(cases) - len(failures)} passed, {len(failures)} failed", sep="\n")
sys.exit(bool(failures))
