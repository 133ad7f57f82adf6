"""Grants made outside PIM, and the flat view of everything active while it lasts."""

import pytest

from conftest import KINDS
from harness.ids import derived
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from msgraph.generated.models.unified_role_assignment import UnifiedRoleAssignment

PATH = "/roleManagement/directory/roleAssignments"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
on_every_kind = pytest.mark.parametrize("case", [kind for kind in KINDS if kind[0] == ASSIGNMENT], indirect=True)


@pytest.fixture
def body(case) -> dict:
    return {
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
        "principalId": case.principal,
        "roleDefinitionId": case.role,
        "directoryScopeId": case.scope,
    }


@on_every_kind
def test_made_and_deleted(case, body, wire):
    made = wire.post(PATH, body)
    assert made["@odata.context"] == f"{wire.metadata}#roleManagement/directory/roleAssignments/$entity"
    assert made["id"] == derived(case.role, case.principal, case.scope)
    assert wire.get(f"{PATH}/{made['id']}") == made
    wire.delete(f"{PATH}/{made['id']}")
    wire.refused("GET", f"{PATH}/{made['id']}", status=404)
    wire.refused("DELETE", f"{PATH}/{made['id']}", status=404)


@on_every_kind
def test_it_shows_as_a_schedule_that_pim_did_not_make(case, body, wire):
    made = wire.post(PATH, body)
    (schedule,) = wire.list(ASSIGNMENT.schedules, filter=f"roleDefinitionId eq '{case.role}'")
    assert (schedule["id"], schedule["createdUsing"], schedule["createdDateTime"]) == (made["id"], None, None)
    assert (schedule["assignmentType"], schedule["memberType"]) == ("Assigned", "Direct")
    assert schedule["scheduleInfo"]["expiration"]["type"] == "noExpiration"
    (instance,) = wire.list(ASSIGNMENT.instances, filter=f"roleDefinitionId eq '{case.role}'")
    assert (instance["startDateTime"], instance["endDateTime"]) == (None, None)
    assert instance["roleAssignmentScheduleId"] == instance["roleAssignmentOriginId"] == made["id"]


@on_every_kind
def test_pim_removes_it(case, body, wire, admin, demo):
    made = wire.post(PATH, body)
    demo.advance("PT5M")
    assert admin.post(case.order("adminRemove")).status == "Revoked"
    wire.refused("GET", f"{PATH}/{made['id']}", status=404)


@on_every_kind
def test_what_pim_gives_is_listed_while_it_lasts(case, wire, admin, demo):
    admin.post(case.order("adminAssign", lasting("PT1H")))
    key = derived(case.role, case.principal, case.scope)
    mine = f"principalId eq '{case.principal}' and roleDefinitionId eq '{case.role}'"
    assert [it["id"] for it in wire.list(PATH, filter=mine)] == [key]
    demo.advance("PT1H")
    assert wire.list(PATH, filter=mine) == []


def test_an_activation_is_listed_while_it_lasts(role, wire, admin, demo):
    erin = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
    mine = f"roleDefinitionId eq '{role}'"
    assert wire.list(PATH, filter=mine) == []
    demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H")))
    assert [it["principalId"] for it in wire.list(PATH, filter=mine)] == [erin]
    demo.advance("PT1H")
    assert wire.list(PATH, filter=mine) == []


def test_twice_is_a_conflict(role, wire, demo):
    body = {"principalId": demo.people["erin"].id, "roleDefinitionId": role, "directoryScopeId": "/"}
    wire.post(PATH, body)
    wire.refused(
        "POST",
        PATH,
        body,
        status=400,
        code="Request_BadRequest",
        message="A conflicting object with one or more of the specified property values is present in the directory.",
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"principalId": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}, 404),
        ({"roleDefinitionId": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}, 404),
        ({"directoryScopeId": "/administrativeUnits/3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}, 400),
        ({"directoryScopeId": None}, 400),
        ({"principalId": "erin"}, 400),
        ({"principalId": None}, 400),
    ],
    ids=str,
)
def test_what_cannot_be(change, status, role, wire, demo):
    body = {"principalId": demo.people["erin"].id, "roleDefinitionId": role, "directoryScopeId": "/", **change}
    answer = wire.refused("POST", PATH, body, status=status)
    assert status != 404 or answer.code in ("Request_ResourceNotFound", "RoleNotFound", "SubjectNotFound")
    assert wire.list(PATH, filter=f"roleDefinitionId eq '{role}'") == []


def test_made_through_the_sdk(role, admin, demo):
    erin = demo.people["erin"].id
    body = UnifiedRoleAssignment(principal_id=erin, role_definition_id=role, directory_scope_id="/")
    made = admin.run(admin.directory.role_assignments.post(body))
    assert made.id == derived(role, erin)


def test_expand(role, wire, demo):
    erin = demo.people["erin"]
    wire.post(PATH, {"principalId": erin.id, "roleDefinitionId": role, "directoryScopeId": "/"})
    (row,) = wire.list(PATH, filter=f"roleDefinitionId eq '{role}'", expand="principal")
    assert row["principal"]["@odata.type"] == "#microsoft.graph.user"
    assert row["principal"]["userPrincipalName"] == erin.upn


def test_only_administrators_write(role, demo):
    body = {"principalId": demo.people["erin"].id, "roleDefinitionId": role, "directoryScopeId": "/"}
    demo.graph("erin").refused("POST", PATH, body, status=403, code="Authorization_RequestDenied")
    narrow = demo.graph("alice", scopes=["RoleAssignmentSchedule.ReadWrite.Directory"])
    narrow.refused("POST", PATH, body, status=403)


def test_the_last_administrator_stays(wire, demo):
    key = derived(GLOBAL_ADMINISTRATOR, demo.people["alice"].id)
    demo.advance("PT5M")
    wire.refused("DELETE", f"{PATH}/{key}", status=400)
    assert wire.get(f"{PATH}/{key}")["principalId"] == demo.people["alice"].id
