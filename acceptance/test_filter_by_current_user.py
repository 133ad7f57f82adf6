"""`filterByCurrentUser`: what is mine, what I asked for, what waits for me."""

import pytest

from conftest import KINDS
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.policy import set_rule


@pytest.fixture(params=["requests", "schedules", "instances"])
def what(request) -> str:
    return request.param


@pytest.fixture
def held(case, admin, demo):
    """Something erin holds herself, or carol through her group."""
    group = demo.assignable_group(member="carol")
    principal = group if case.subject == "group" else case.principal
    made = admin.post(Order(case.side, "adminAssign", principal, case.role, case.scope, permanent()))
    return ("carol" if case.subject == "group" else "erin"), made


@pytest.mark.parametrize("case", [kind for kind in KINDS if kind[1] != "servicePrincipal"], indirect=True)
def test_principal_lists_own(case, held, demo):
    who, made = held
    for what in ("schedules", "instances"):
        (row,) = demo.sdk(who).own(case.side, what, filter=f"roleDefinitionId eq '{case.role}'")
        assert (row.principal_id, row.directory_scope_id) == (demo.people[who].id, case.scope)
        assert row.member_type == ("Group" if case.subject == "group" else "Direct")
    assert demo.sdk("dave").own(case.side, "instances", filter=f"roleDefinitionId eq '{case.role}'") == []


def test_principal_lists_own_requests(side, role, admin, demo):
    erin = demo.people["erin"].id
    made = admin.post(Order(side, "adminAssign", erin, role, window=permanent()))
    (row,) = demo.sdk("erin").own(side, "requests", filter=f"roleDefinitionId eq '{role}'")
    assert (row.id, row.principal_id) == (made.id, erin)
    assert admin.own(side, "requests", filter=f"roleDefinitionId eq '{role}'") == []


def test_what_the_caller_created(side, role, admin, demo):
    made = admin.post(Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    mine = admin.own(side, "requests", on="createdBy", filter=f"roleDefinitionId eq '{role}'")
    assert [it.id for it in mine] == [made.id]
    assert demo.sdk("erin").own(side, "requests", on="createdBy", filter=f"roleDefinitionId eq '{role}'") == []


@pytest.mark.parametrize("by", ["singleUser", "groupMembers", "default"])
def test_what_waits_for_the_approver(by, role, admin, demo, wire):
    erin = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
    approvers = {
        "singleUser": [{"@odata.type": "#microsoft.graph.singleUser", "userId": demo.people["dave"].id}],
        "groupMembers": [{"@odata.type": "#microsoft.graph.groupMembers", "groupId": demo.assignable_group(member="carol")}],
        "default": [],
    }[by]
    stage = {"primaryApprovers": approvers}
    setting = {"isApprovalRequired": True, "approvalStages": [stage]}
    set_rule(wire, role, "Approval", "Approval_EndUser_Assignment", setting=setting)
    asked = demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H")))
    assert asked.status == "PendingApproval"
    approver = {"singleUser": "dave", "groupMembers": "carol", "default": "bob"}[by]
    waiting = f"status eq 'PendingApproval' and roleDefinitionId eq '{role}'"
    mine = demo.sdk(approver).own(ASSIGNMENT, "requests", on="approver", filter=waiting)
    assert [it.id for it in mine] == [asked.id]
    assert demo.sdk("erin").own(ASSIGNMENT, "requests", on="approver", filter=waiting) == []


def test_context_and_types(side, what, role, admin, demo):
    admin.post(Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    graph = demo.graph("erin")
    page = graph.get(f"{getattr(side, what)}/filterByCurrentUser(on='principal')")
    name = {"requests": "ScheduleRequest", "schedules": "Schedule", "instances": "ScheduleInstance"}[what]
    assert page["@odata.context"] == f"{graph.metadata}#Collection(unifiedRole{side.title}{name})"
    assert page["value"]
    assert {row["@odata.type"] for row in page["value"]} == {f"#microsoft.graph.unifiedRole{side.title}{name}"}


@pytest.mark.parametrize(
    "call",
    [
        "filterByCurrentUser(on='principal')",
        "filterbycurrentuser(on='Principal')",
        "filterByCurrentUser(on=principal)",
        "filterByCurrentUser(on=%27principal%27)",
        "filterByCurrentUser%28on%3D%27principal%27%29",
        "filterByCurrentUser(on='principal')/",
        "microsoft.graph.filterByCurrentUser(on='principal')",
    ],
)
def test_every_spelling_of_the_call(call, side, what, demo):
    answer = demo.graph("erin").replay("GET", f"/v1.0{getattr(side, what)}/{call}")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("on", ["nobody", "", "createdBy", "approver"])
def test_an_unknown_option_is_refused(on, side, demo):
    demo.graph("erin").refused("GET", f"{side.schedules}/filterByCurrentUser(on='{on}')", status=400)


def test_an_application_sees_its_own_rows(side, what, demo):
    page = demo.graph(demo.app()).get(f"{getattr(side, what)}/filterByCurrentUser(on='principal')")
    assert isinstance(page["value"], list)


def test_options_of_the_call(role, admin, demo, side):
    admin.post(Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    (row,) = demo.sdk("erin").own(
        side, "instances", filter=f"roleDefinitionId eq '{role}'", expand=["principal", "roleDefinition"], top=1
    )
    assert (row.principal.id, row.role_definition.id) == (demo.people["erin"].id, role)
