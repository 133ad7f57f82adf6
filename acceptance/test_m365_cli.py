"""The CLI for Microsoft 365, unmodified: every role command, and `m365 request` for what has none. It knows no host
but Microsoft's, so `node/to_demo.cjs` leads it here; it signs in as a managed identity, once for each person. Each
call starts a process, so a test makes several checks of one."""

import json

import pytest

from harness.demo import Demo
from harness.node import M365
from harness.order import ASSIGNMENT, DIRECTORY, ELIGIBILITY, Order, lasting, permanent

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
ACTION = "microsoft.directory/users/basic/update"
PIM = ("entra", "pim", "role")


@pytest.fixture(scope="module")
def demo():
    """The CLI holds the end of its token against its own clock."""
    it = Demo(clock="system")
    yield it
    assert it.stop() == 0


@pytest.fixture(scope="module")
def alice(demo, tmp_path_factory) -> M365:
    return M365(demo, tmp_path_factory.mktemp("alice"), {"user": "alice@demo.example", "mfa": True})


@pytest.fixture(scope="module")
def carol(demo, tmp_path_factory) -> M365:
    return M365(demo, tmp_path_factory.mktemp("carol"), {"user": "carol@demo.example", "mfa": True})


@pytest.fixture(scope="module")
def application(demo, tmp_path_factory) -> M365:
    return M365(demo, tmp_path_factory.mktemp("app"), {"app": True})


def test_role_definitions(alice, wire):
    names = [it["displayName"] for it in alice("entra", "roledefinition", "list")]
    assert "Global Administrator" in names and len(names) > 100
    made = alice("entra", "roledefinition", "add", displayName="Made by the CLI", allowedResourceActions=ACTION)
    assert made["rolePermissions"][0]["allowedResourceActions"] == [ACTION]
    path = f"{DIRECTORY}/roleDefinitions/{made['id']}"
    alice("entra", "roledefinition", "set", id=made["id"], description="Changed by the CLI")
    assert wire.get(path)["description"] == "Changed by the CLI"
    alice("entra", "roledefinition", "remove", id=made["id"], force=True)
    wire.refused("GET", path, status=404)


def test_outside_pim(alice, demo, wire, person):
    role = demo.new_role(name="Given by the CLI")
    made = alice("entra", "roleassignment", "add", roleDefinitionName="Given by the CLI", principal=person.upn)
    assert (made["principalId"], made["roleDefinitionId"], made["directoryScopeId"]) == (person.id, role, "/")
    assert wire.list(f"{DIRECTORY}/roleAssignments", filter=f"principalId eq '{person.id}'")


class TestActivating:
    def test_by_the_name_of_the_role(self, carol, demo, wire):
        me = demo.people["carol"].id
        role = demo.new_role(name="Activated by the CLI")
        wire.post(ELIGIBILITY.requests, Order(ELIGIBILITY, "adminAssign", me, role, window=permanent()).json())
        made = carol(*PIM, "assignment", "add", roleDefinitionName="Activated by the CLI", justification="Because")
        assert (made["action"], made["status"], made["principalId"]) == ("selfActivate", "Provisioned", me)
        assert made["scheduleInfo"]["expiration"] == {"type": "afterDuration", "endDateTime": None, "duration": "PT8H"}
        rows = carol(*PIM, "assignment", "list", userId=me, startDateTime="2020-01-01T00:00:00Z")
        (row,) = [it for it in rows if it["roleDefinitionId"] == role]
        assert (row["roleDefinition"]["displayName"], row["assignmentType"]) == ("Activated by the CLI", "Activated")
        # The five-minute rule, in Graph's words.
        refusal = carol.refused(*PIM, "assignment", "remove", roleDefinitionId=role)
        assert "Miniumum Required is 5 minutes" in refusal
        demo.advance("PT5M")
        assert carol(*PIM, "assignment", "remove", roleDefinitionId=role)["status"] == "Revoked"

    def test_an_application_cannot(self, application, demo):
        # The client's own check of the token.
        refusal = application.refused(*PIM, "assignment", "add", roleDefinitionId=demo.new_role())
        assert "application" in refusal.lower()


def test_assigning(alice, demo, person):
    role = demo.new_role()
    made = alice(*PIM, "assignment", "add", roleDefinitionId=role, userName=person.upn, noExpiration=True, justification="CLI")
    assert (made["action"], made["status"], made["principalId"]) == ("adminAssign", "Provisioned", person.id)
    at_the_unit = {"groupId": demo.assignable_group(), "administrativeUnitId": demo.unit, "justification": "CLI"}
    unit = alice(*PIM, "assignment", "add", roleDefinitionId=role, **at_the_unit)
    assert unit["directoryScopeId"] == f"/administrativeUnits/{demo.unit}"
    demo.advance("PT5M")
    assert alice(*PIM, "assignment", "remove", roleDefinitionId=role, userId=person.id)["status"] == "Revoked"


def test_lists(alice, demo):
    carol = demo.people["carol"]
    window = lasting("PT1H")
    waiting = demo.graph("carol").post(
        ASSIGNMENT.requests, Order(ASSIGNMENT, "selfActivate", carol.id, GLOBAL_ADMINISTRATOR, window=window).json()
    )
    eligible = alice(*PIM, "assignment", "eligibility", "list", userId=carol.id, withPrincipalDetails=True)
    assert {it["roleDefinitionName"] for it in eligible} >= {"Security Reader", "User Administrator"}
    assert {it["principal"]["userPrincipalName"] for it in eligible if it["memberType"] == "Direct"} == {carol.upn}
    asked = {"userId": carol.id, "status": "PendingApproval", "createdDateTime": "2020-01-01T00:00:00Z"}
    (request,) = alice(*PIM, "request", "list", **asked)
    assert (request["id"], request["roleDefinitionName"]) == (waiting["id"], "Global Administrator")
    policies = alice("entra", "policy", "list", type="roleManagement")
    assert len(policies) > 100 and {it["scopeType"] for it in policies} == {"DirectoryRole"}


def test_what_has_no_command(alice, demo, person):
    role = demo.new_role()
    order = Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()).json()
    post = {"method": "post", "body": json.dumps(order), "content-type": "application/json"}
    made = alice("request", url=f"@graph{ELIGIBILITY.requests}", **post)
    assert made["status"] == "Provisioned"
    page = alice("request", url=f"@graphbeta{ELIGIBILITY.instances}?$filter=roleDefinitionId eq '{role}'")
    assert [it["principalId"] for it in page["value"]] == [person.id]
