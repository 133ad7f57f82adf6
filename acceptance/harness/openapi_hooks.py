"""What schemathesis is told beside the document: which things there are in this demo, so that its requests reach
them, and whom to leave alone, so that the caller can go on calling. It loads this file by SCHEMATHESIS_HOOKS.

A value is replaced by what its case hashes to, so that the same seed sends the same requests."""

import atexit
import json
import os
from collections import defaultdict
from pathlib import Path
from zlib import crc32

import schemathesis

FACTS = json.loads(Path(os.environ["OPENAPI_FACTS"]).read_text())
# What there is, by the names of parameters and members.
POOLS: dict[str, list] = FACTS["pools"]
# The parameter that is the key of what a path makes.
KEYS: dict[str, str] = FACTS["keys"]
# Who calls: to change or delete them would end the run.
CALLERS: list[str] = FACTS["callers"]
# Where the statuses of each operation are written.
STATUSES = Path(FACTS["statuses"])
# One value of so many stays as it was made.
AS_MADE = 6

statuses: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))


def real(case: str, name: str, value: object, pool: list) -> object:
    """Something that there is, for most values that could be it."""
    number = crc32(f"{name} {value} {case}".encode("utf-8", "surrogatepass"))
    if not pool or not isinstance(value, type(pool[0])) or (number % AS_MADE == 0 and value not in CALLERS):
        return value
    return pool[number // AS_MADE % len(pool)]


def conditions(operation) -> list[str]:
    """The conditions that the document has as examples, and some made of two of them."""
    for parameter in operation.definition.raw.get("parameters", []):
        if parameter.get("name") == "$filter":
            single = [it["value"] for it in parameter["examples"].values()]
            if parameter["required"]:
                return single
            return [*single, *(f"{a} or not ({b})" for a, b in zip(single, single[1:]))]
    return []


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts into a case what there is, but leaves keys where it follows a link: those are from earlier answers."""
    # A body that is not there shows itself by its address.
    body = case.body if isinstance(case.body, dict | list) else None
    whole = f"{case.path_parameters} {case.query} {body}"
    spared = CALLERS if case.method.upper() not in ("GET", "HEAD") else []

    def pool(name: str) -> list:
        return [it for it in POOLS.get(name, []) if it not in spared]

    if isinstance(case.query, dict) and "$filter" in case.query:
        case.query["$filter"] = real(whole, "$filter", case.query["$filter"], conditions(case.operation))
    if isinstance(case.body, dict):
        for name, value in case.body.items():
            if isinstance(value, list):
                case.body[name] = [real(whole, name, it, pool(name)) for it in value]
            else:
                case.body[name] = real(whole, name, value, pool(name))
        # An order names one scope, and nobody disables their own account.
        if "directoryScopeId" in case.body:
            case.body.pop("appScopeId", None)
        if case.operation.path.startswith("/me"):
            case.body.pop("accountEnabled", None)
    follows_link = case.meta is not None and case.meta.phase.name == "stateful"
    for name, value in (case.path_parameters or {}).items():
        if not follows_link or value in spared:
            case.path_parameters[name] = real(whole, name, value, pool(name))


@schemathesis.hook
def after_call(context, case, response):
    """Counts the answers, so that a run in which nothing went well is noticed, and keeps up with what there is."""
    path, status = case.operation.path, response.status_code
    statuses[f"{case.method.upper()} {path}"][status] += 1
    if case.method.upper() == "POST" and status == 201:
        made = response.json()
        POOLS.setdefault(KEYS[path], []).append(made["id"])
    if case.method.upper() == "DELETE" and status == 204:
        for name, key in case.path_parameters.items():
            if path.endswith(f"{{{name}}}") and key in POOLS.get(name, []):
                POOLS[name].remove(key)


atexit.register(lambda: STATUSES.write_text(json.dumps(statuses)))
