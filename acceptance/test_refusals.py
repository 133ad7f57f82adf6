"""What PIM refuses besides duplicates: who, what, where and when it cannot be; and nothing is stored."""

import uuid

import pytest

from harness.messages import (
    INVALID_SCHEDULE,
    INVALID_SCOPE,
    LAST_ADMINISTRATOR,
    NO_JUSTIFICATION,
    ROLE_NOT_FOUND,
    SCOPE_NOT_SUPPORTED,
    SUBJECT_NOT_FOUND,
    TOO_SHORT,
    UNAUTHORIZED,
    rules_failed,
)
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent, until

GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
NOBODY = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"


@pytest.fixture
def order(side, role, demo) -> Order:
    """What is to be refused in one way or another; that changes nothing but the audit log (I12)."""
    order = Order(side, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D"))
    yield order
    graph = demo.graph(demo.app())
    for collection in (side.requests, side.schedules, side.instances):
        assert graph.list(collection, filter=f"roleDefinitionId eq '{role}'") == []


def test_an_unknown_principal(order, admin):
    admin.refused(order.but(principal=NOBODY), **SUBJECT_NOT_FOUND)


def test_an_administrative_unit_is_no_principal(order, admin, demo):
    admin.refused(order.but(principal=demo.unit), **SUBJECT_NOT_FOUND)


def test_an_unknown_role(order, admin):
    admin.refused(order.but(role=NOBODY), **ROLE_NOT_FOUND)


@pytest.mark.parametrize("scope", ["", "x", "//", "/x", f"/{NOBODY}", f"/administrativeUnits/{NOBODY}", f"/groups/{NOBODY}"])
def test_an_impossible_scope(scope, order, wire):
    body = {**order.json(), "directoryScopeId": scope}
    refusal = wire.refused("POST", order.side.requests, body, status=400)
    assert refusal.code in (INVALID_SCOPE["code"], "InvalidRoleAssignmentRequest" if scope == "" else "")


def test_a_role_that_has_no_units(order, admin, demo):
    for place in (f"/administrativeUnits/{demo.unit}", f"/{demo.object}"):
        admin.refused(order.but(role=GLOBAL_READER, scope=place), **SCOPE_NOT_SUPPORTED)


def test_a_group_that_is_not_role_assignable(order, admin, demo):
    admin.refused(order.but(principal=demo.ordinary_group), status=400, code="InvalidRoleAssignmentRequest")


def test_a_service_principal_cannot_be_eligible(role, admin, demo):
    order = Order(ELIGIBILITY, "adminAssign", demo.service_principal, role, window=permanent())
    admin.refused(order, status=400, code="InvalidRoleAssignmentRequest")


def test_an_end_before_the_start(order, admin, demo):
    for end in (demo.at(hours=-1), demo.now()):
        admin.refused(order.but(window=until(end)), **INVALID_SCHEDULE)
    admin.refused(order.but(window=until(demo.at(hours=1), demo.at(hours=2))), **INVALID_SCHEDULE)


def test_a_window_shorter_than_five_minutes(order, admin, demo):
    admin.refused(order.but(window=lasting("PT4M59S")), **TOO_SHORT)
    admin.refused(order.but(window=until(demo.at(minutes=4))), **TOO_SHORT)


def test_an_assignment_without_a_reason(role, admin, demo):
    order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent(), justification=None)
    admin.refused(order, **rules_failed(NO_JUSTIFICATION))
    eligible = order.but(side=ELIGIBILITY)
    assert admin.post(eligible).status == "Provisioned", "an eligibility asks for none by default"


@pytest.mark.parametrize("who", ["carol", "dave", "erin"])
def test_a_caller_without_the_role(who, order, demo):
    demo.sdk(who).refused(order, **UNAUTHORIZED)
    demo.sdk(who).refused(order.but(principal=demo.people[who].id), **UNAUTHORIZED)


def test_the_last_administrator_stays(demo, admin):
    """I11: alice is the only lasting Global Administrator of the demo."""
    demo.advance("PT5M")
    order = Order(ASSIGNMENT, "adminRemove", demo.people["alice"].id, GLOBAL_ADMINISTRATOR)
    admin.refused(order, **LAST_ADMINISTRATOR)


class TestValidationOnly:
    """`isValidationOnly` decides and changes nothing."""

    def test_what_would_be(self, order, admin, demo):
        would_be = admin.post(order.but(validation_only=True))
        assert (would_be.status, would_be.is_validation_only) == ("Provisioned", True)
        assert would_be.target_schedule_id is None and would_be.completed_date_time is None
        later = admin.post(order.but(validation_only=True, window=lasting("P1D", demo.at(days=1))))
        assert later.status == "Granted"
        demo.graph("alice").refused("GET", f"{order.side.requests}/{would_be.id}", status=404)

    def test_what_would_be_refused(self, order, admin):
        admin.refused(order.but(validation_only=True, principal=NOBODY), **SUBJECT_NOT_FOUND)

    def test_an_activation(self, role, admin, demo):
        erin = demo.people["erin"].id
        admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
        activation = Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H"), validation_only=True)
        assert demo.sdk("erin").post(activation).status == "Provisioned"
        assert admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'") == []
        assert demo.sdk("erin").post(activation.but(validation_only=False)).status == "Provisioned"

    def test_no_audit_row(self, order, admin, demo):
        admin.post(order.but(validation_only=True))
        rows = demo.graph(demo.app()).list(
            "/auditLogs/directoryAudits", filter=f"targetResources/any(t:t/id eq '{order.role}') and loggedByService eq 'PIM'"
        )
        assert rows == []


class TestErrorsAreHelpful:
    """Where Graph is poor: `details` names the rule, the limit and what was asked."""

    def test_the_failed_rule_the_limit_and_the_asked_value(self, role, wire, admin, demo):
        erin = demo.people["erin"].id
        admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
        body = Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("P1D")).json()
        refusal = demo.graph("erin").refused("POST", ASSIGNMENT.requests, body, status=400)
        (detail,) = refusal.details
        assert detail["target"] == "Expiration_EndUser_Assignment"
        assert "PT8H" in str(detail) and "P1D" in str(detail)


def test_ids_of_refused_requests_are_not_reused(order, wire):
    """Every answer has a request id of its own, refused or not."""
    seen = {
        wire.send("POST", order.side.requests, body={**order.json(), "principalId": NOBODY}).headers["request-id"]
        for _ in range(3)
    }
    assert len(seen) == 3 and all(uuid.UUID(it).version == 4 for it in seen)
