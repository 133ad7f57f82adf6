"""The published model of v1.0, and holding bodies against it. `published_model.json` names, for each type, its
properties and their types: `string?` may be null, `[keyValue]` is a collection, `enum:a,b` has these members."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

MODEL: dict[str, Any] = json.loads((Path(__file__).parent / "published_model.json").read_text())

# What a context names, and the type of what it is about.
SETS = {
    f"roleManagement/directory/{name}": f"unifiedRole{name.removeprefix('role').removesuffix('s')}"
    for name in (
        "roleAssignmentScheduleRequests", "roleAssignmentSchedules", "roleAssignmentScheduleInstances",
        "roleEligibilityScheduleRequests", "roleEligibilitySchedules", "roleEligibilityScheduleInstances",
        "roleAssignments", "roleDefinitions",
    )
} | {
    "policies/roleManagementPolicies": "unifiedRoleManagementPolicy",
    "policies/roleManagementPolicyAssignments": "unifiedRoleManagementPolicyAssignment",
    "auditLogs/directoryAudits": "directoryAudit",
}  # fmt: skip
RULES = re.compile(r"policies/roleManagementPolicies\('[^']*'\)/(rules|effectiveRules)")
COLLECTION = re.compile(r"Collection\((?:microsoft\.graph\.)?(\w+)\)")
DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def check(body: Any) -> None:
    """Holds a body against the model, if its context says that it is of a type of the model."""
    context = body.get("@odata.context") if isinstance(body, dict) else None
    kind = context and type_of(context.partition("#")[2])
    if kind is None:
        return
    for row in body["value"] if "value" in body else [body]:
        check_value(row, kind, kind, is_partial="(" in context.partition("#")[2])


def type_of(fragment: str) -> str | None:
    if found := COLLECTION.fullmatch(fragment):
        return found[1] if found[1] in MODEL else None
    if RULES.match(fragment):
        return "unifiedRoleManagementPolicyRule"
    return SETS.get(fragment.removesuffix("/$entity").partition("(")[0])


def check_value(value: Any, kind: str, where: str, *, is_partial: bool = False) -> None:
    if kind.endswith("?"):
        if value is None:
            return
        kind = kind[:-1]
    assert value is not None, f"{where} is null"
    if kind.startswith("["):
        assert isinstance(value, list), f"{where}: {value!r}"
        for index, item in enumerate(value):
            check_value(item, kind[1:-1], f"{where}[{index}]")
        return
    kind = MODEL[kind] if isinstance(MODEL.get(kind), str) else kind
    if kind.startswith("enum:"):
        assert value in kind.removeprefix("enum:").split(","), f"{where}: {value!r}"
    elif kind in PRIMITIVES:
        assert PRIMITIVES[kind](value), f"{where}: {value!r} is no {kind}"
    else:
        check_object(value, kind, where, is_partial=is_partial)


def check_object(value: Any, kind: str, where: str, *, is_partial: bool) -> None:
    assert isinstance(value, dict), f"{where}: {value!r}"
    own = value.get("@odata.type", "").removeprefix("#microsoft.graph.")
    kind = own if own in MODEL else kind
    # What an object of the directory is besides is not in this model.
    if kind == "directoryObject":
        return
    properties = MODEL[kind]
    for name, item in value.items():
        if "@" in name:
            continue
        assert name in properties, f"{where}: {kind} has no {name}"
        check_value(item, properties[name], f"{where}.{name}")
    assert is_partial or where != kind or "id" in value, f"{where} has no id"


def is_instant(text: Any) -> bool:
    datetime.fromisoformat(text)
    return text.endswith("Z")


PRIMITIVES = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "int32": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "date-time": is_instant,
    "duration": lambda value: bool(DURATION.fullmatch(value)),
    "object": lambda value: isinstance(value, dict),
}
