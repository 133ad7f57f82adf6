"""The served OpenAPI documents, and schemathesis over them: whatever it makes up, nothing falls over, and every
answer is what the document says. Each run has a demo of its own, which it may leave in ruins.

    OPENAPI_SEED=7 OPENAPI_EXAMPLES=100 python -m pytest acceptance/test_openapi.py

sends other requests, and more of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from harness.alerts import ALERTS, OUTSIDE, SCOPE, alert_id
from harness.demo import Demo
from harness.order import ASSIGNMENT, ELIGIBILITY, SIDES, Order, lasting, permanent
from harness.policy import set_rule

SEED = int(os.environ.get("OPENAPI_SEED", "1"))
# Cases of each operation while fuzzing, and sequences of linked ones.
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "3"))
RUN_SECONDS = 60 * max(10, EXAMPLES)
PHASES = "examples,coverage,fuzzing,stateful"

DOCUMENTS = ["v1.0", "beta", "tenure"]
# Who calls by which document. Both callers and both versions occur; the routes are the same.
RUNS = [("v1.0", "alice"), ("beta", "app"), ("tenure", "app")]

HARNESS = Path(__file__).parent / "harness"
# Operations that need not go well. There are no scopes of applications, and no mail that failed; whose member
# somebody is, and who approves what, is a matter of luck; nobody ends their own account.
NEVER_WELL = ("/appScope", "/retry", "-id}/$ref", "DELETE /me", "approval-id}/s")


def document(demo: Demo, name: str) -> dict:
    answer = demo.http.get(f"/ext/v1/openapi/{name}.json")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_valid(demo, name):
    served = document(demo, name)
    assert served["openapi"] == "3.1.0"
    assert [str(error) for error in OpenAPIV31SpecValidator(served).iter_errors()] == []


def test_documents_can_be_read_from_other_origins(demo):
    answer = demo.http.get("/ext/v1/openapi/v1.0.json", headers={"Origin": "https://editor.example", "Accept-Encoding": "gzip"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-encoding"] == "gzip"


def test_there_are_no_others(demo):
    assert demo.http.get("/ext/v1/openapi/v2.0.json").status_code == 404
    refused = demo.http.post("/ext/v1/openapi/v1.0.json")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]


@pytest.fixture
def victim():
    """A demo for one run, with what a fresh one lacks."""
    it = Demo()
    try:
        furnish(it)
        yield it
    finally:
        assert it.stop() == 0


@pytest.mark.parametrize(("name", "who"), RUNS)
def test_schemathesis(name, who, victim, tmp_path):
    caller = victim.app() if who == "app" else victim.user(who)
    served = document(victim, name)
    statuses = tmp_path / "statuses.json"
    facts = {
        "pools": pools(victim, name, served),
        "keys": keys(served),
        "callers": callers(victim, who),
        "statuses": str(statuses),
    }
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    environment = {
        **os.environ,
        # The order of sets is chance otherwise.
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(HARNESS),
        "SCHEMATHESIS_HOOKS": "openapi_hooks",
        "OPENAPI_FACTS": str(tmp_path / "facts.json"),
    }
    print(f"OPENAPI_SEED={SEED} OPENAPI_EXAMPLES={EXAMPLES}")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HARNESS / "schemathesis.toml"),
        "run", f"{victim.base}/ext/v1/openapi/{name}.json", "--header", f"Authorization: Bearer {caller.token}",
        "--phases", PHASES, "--seed", str(SEED), "--max-examples", str(EXAMPLES), "--no-color", "--warnings", "off",
    ]  # fmt: skip
    ran = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
    )
    print(ran.stdout[-40_000:], ran.stderr[-4_000:])
    assert ran.returncode == 0
    if SEED == 1:
        excused = (*NEVER_WELL, "/me") if who == "app" else NEVER_WELL
        failed = idle(served, json.loads(statuses.read_text()))
        assert [it for it in failed if not any(part in it for part in excused)] == []


def idle(served: dict, statuses: dict[str, dict[str, int]]) -> list[str]:
    """The operations that never went well. Another seed may be out of luck."""
    operations = [f"{method.upper()} {path}" for path, item in served["paths"].items() for method in item]
    return [it for it in operations if all(int(status) >= 400 for status in statuses.get(it, {}))]


def furnish(demo: Demo) -> None:
    """Makes what a fresh demo lacks: custom roles, activations in force and such as wait for approval, orders that
    can still be cancelled, and incidents of an alert. Several of each, as a run uses some of it up."""
    wire = demo.graph("alice")
    for _ in range(4):
        person, held, asked = demo.new_person(), demo.new_role(), demo.new_role()
        for role in (held, asked):
            order = Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent())
            wire.post(ELIGIBILITY.requests, order.json())
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": []}]}
        set_rule(wire, asked, "Approval", "Approval_EndUser_Assignment", setting=setting)
        for role in (held, asked):
            order = Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT2H"))
            demo.graph(person).post(ASSIGNMENT.requests, order.json())
        for side in SIDES:
            later = Order(side, "adminAssign", person.id, demo.new_role(), window=lasting("P30D", demo.at(days=1)))
            wire.post(side.requests, later.json())
        outside = {"principalId": person.id, "roleDefinitionId": demo.new_role(), "directoryScopeId": "/"}
        wire.post("/roleManagement/directory/roleAssignments", outside)
    scope = {"scopeId": "/", "scopeType": "DirectoryRole"}
    demo.graph("alice", "beta").post(f"{ALERTS}/alerts/refresh", scope, status=202)


def callers(demo: Demo, who: str) -> list[str]:
    """Keys of whoever a run must leave alone, and of what they hold."""
    person = demo.people.get(who, demo.people["alice"])
    graph = demo.graph(demo.app())
    held = graph.list("/roleManagement/directory/roleAssignments", filter=f"principalId eq '{person.id}'")
    app = graph.list("/servicePrincipals", filter=f"appId eq '{demo.facts['app']['appId']}'")
    return [person.id, person.upn, *(it["id"] for it in [*held, *app])]


def keys(served: dict) -> dict[str, str]:
    """Of each path with a key behind it, the name of that key."""
    pairs = [path.rpartition("/{") for path in served["paths"] if path.endswith("}")]
    return {path: key.rstrip("}") for path, _, key in pairs}


def pools(demo: Demo, name: str, served: dict) -> dict[str, list]:
    """What there is, by the parameter or member that could name it."""
    if name not in ("v1.0", "beta"):
        return {
            "tenant": ["organizations", demo.tenant],
            "subject": [{"type": "user", "id": person.id} for person in demo.people.values()],
            "resource": [{"type": "directoryScope", "id": "/"}],
            "client_id": [demo.facts["app"]["appId"]],
            "client_secret": [demo.facts["app"]["clientSecret"]],
            "scope": ["https://graph.microsoft.com/.default"],
            "principalId": [person.id for person in demo.people.values()],
            "roleDefinitionId": ids(demo.graph(demo.app()), "/roleManagement/directory/roleDefinitions"),
        }
    graph = demo.graph(demo.app(), name)
    found: dict[str, list] = {}
    for path, key in keys(served).items():
        is_listed = "get" in served["paths"].get(path, {})
        if is_listed and "{" not in path and not path.startswith("/me"):
            found[key] = ids(graph, path)
    everybody = [it for kind in ("user-id", "group-id", "servicePrincipal-id") for it in found[kind]]
    policy = found["unifiedRoleManagementPolicy-id"][0]
    rules = graph.list(f"/policies/roleManagementPolicies/{policy}/rules")
    units = found["administrativeUnit-id"]
    alert = alert_id(demo, OUTSIDE)
    has_alerts = name == "beta"
    incidents = [it["id"] for it in graph.list(f"{ALERTS}/alerts/{alert}/alertIncidents")] if has_alerts else []
    custom = [it["id"] for it in graph.list("/roleManagement/directory/roleDefinitions", filter="isBuiltIn eq false")]
    return {
        **found,
        "directoryObject-id": everybody,
        "unifiedRoleDefinition-id": [*custom, *found["unifiedRoleDefinition-id"][:5]],
        "unifiedRoleManagementPolicyRule-id": [it["id"] for it in rules],
        # One alert, so that incidents are those of it.
        "unifiedRoleManagementAlert-id": [alert],
        "unifiedRoleManagementAlertIncident-id": incidents,
        "approvalStep-id": found["approval-id"],
        "approvalStage-id": found["approval-id"],
        "authenticationContextClassReference-id": [f"c{number}" for number in range(1, 6)],
        "cast": ["microsoft.graph.user", "microsoft.graph.group"],
        "userPrincipalName": [f"made{number}@demo.example" for number in range(500)],
        "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/users/basic/update"]}],
        "action": ["adminAssign", "adminUpdate", "adminRemove", "adminExtend", "selfActivate", "selfDeactivate"],
        "justification": ["Because"],
        "ids": everybody,
        "groupIds": found["group-id"],
        "principalId": [*found["user-id"], *found["group-id"]],
        "roleDefinitionId": [*custom, *found["unifiedRoleDefinition-id"]],
        "directoryScopeId": ["/", "/", *(f"/administrativeUnits/{unit}" for unit in units)],
        "scheduleInfo": [
            {"expiration": {"type": "noExpiration"}},
            {"expiration": {"type": "afterDuration", "duration": "PT4H"}},
            {"expiration": {"type": "afterDateTime", "endDateTime": "2026-04-01T00:00:00Z"}},
        ],
        "@odata.id": [f"https://graph.microsoft.com/v1.0/directoryObjects/{it}" for it in everybody],
    }


def ids(graph, collection: str) -> list[str]:
    takes_scope = collection.startswith(("/policies", ALERTS)) and not collection.endswith("/operations")
    query = {"filter": SCOPE} if takes_scope else {}
    return [it["id"] for it in graph.get(collection, top=20, **query)["value"]]
