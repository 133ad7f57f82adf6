"""A principal deactivates, extends and renews what is theirs, and cancels their own requests."""

import pytest

from conftest import scope_id
from harness.messages import DOES_NOT_EXIST, EXISTS, INVALID, NOT_CANCELLABLE, TOO_SHORT, UNAUTHORIZED
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent


@pytest.fixture
def erin(demo):
    return demo.sdk("erin")


@pytest.fixture(params=["tenant", "administrativeUnit", "object"])
def grant(request, side, demo, role) -> Order:
    """What the administrator gives erin, for thirty days."""
    place = scope_id(demo, request.param)
    return Order(side, "adminAssign", demo.people["erin"].id, role, place, lasting("P30D"))


@pytest.fixture
def activation(demo, admin, role, scope) -> Order:
    me = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", me, role, scope, permanent()))
    return Order(ASSIGNMENT, "selfActivate", me, role, scope, lasting("PT8H"))


def test_principal_deactivates(activation, erin, admin, demo):
    active = erin.post(activation)
    demo.advance("PT5M")
    # No window and no target, as the Microsoft 365 CLI sends it.
    ended = erin.post(activation.but(action="selfDeactivate", window=None, justification=None))
    assert (ended.status, ended.target_schedule_id) == ("Revoked", None)
    assert ended.schedule_info is None and ended.completed_date_time is None and ended.justification is None
    assert mine(erin, activation, "instances") == mine(erin, activation, "schedules") == []
    assert len(mine(erin, activation.but(side=ELIGIBILITY), "schedules")) == 1
    assert erin.get(ASSIGNMENT, "requests", active.id).target_schedule_id is None
    assert erin.post(activation).status == "Provisioned", "there is no cool-down"


def test_principal_deactivates_naming_the_schedule(activation, erin, demo):
    active = erin.post(activation)
    demo.advance("PT5M")
    ended = erin.post(activation.but(action="selfDeactivate", window=None, target=active.id))
    assert (ended.status, ended.target_schedule_id) == ("Revoked", None)


def test_not_within_five_minutes(activation, erin, demo):
    erin.post(activation)
    deactivation = activation.but(action="selfDeactivate", window=None)
    demo.advance("PT4M59S")
    erin.refused(deactivation, **TOO_SHORT)
    assert len(mine(erin, activation, "instances")) == 1
    demo.advance("PT1S")
    assert erin.post(deactivation).status == "Revoked"


def test_nothing_to_deactivate(activation, erin, admin, demo):
    deactivation = activation.but(action="selfDeactivate", window=None)
    erin.refused(deactivation, **DOES_NOT_EXIST)
    # What an administrator gave is not an activation.
    admin.post(activation.but(action="adminAssign", window=lasting("P1D")))
    demo.advance("PT5M")
    erin.refused(deactivation, **DOES_NOT_EXIST)


@pytest.mark.parametrize("action", ["selfActivate", "selfDeactivate"])
def test_an_eligibility_is_not_activated_on_its_own_side(action, erin, role, demo):
    erin.refused(Order(ELIGIBILITY, action, demo.people["erin"].id, role, window=lasting("PT1H")), **INVALID)


def test_principal_extends(grant, erin, admin, demo):
    admin.post(grant)
    extension = grant.but(action="selfExtend", window=lasting("P30D"))
    demo.advance("P15D")
    erin.refused(extension, status=400, code="InvalidRoleAssignmentRequest")
    demo.advance("P1D")
    asked = erin.post(extension)
    assert (asked.status, asked.action.value) == ("PendingAdminDecision", "selfExtend")
    (instance,) = mine(erin, grant, "instances")
    assert instance.end_date_time == demo.at(days=14), "nothing changes until an administrator decides"
    # An administrator decides by doing it.
    admin.post(grant.but(action="adminExtend", window=lasting("P30D")))
    assert erin.get(grant.side, "requests", asked.id).status == "Provisioned"
    (instance,) = mine(erin, grant, "instances")
    assert instance.end_date_time == demo.at(days=30)


def test_principal_renews(grant, erin, admin, demo):
    admin.post(grant)
    renewal = grant.but(action="selfRenew", window=lasting("P30D"))
    erin.refused(renewal, **EXISTS)
    demo.advance("P30D")
    asked = erin.post(renewal)
    assert asked.status == "PendingAdminDecision"
    assert mine(erin, grant, "instances") == []
    admin.post(grant.but(action="adminRenew", window=lasting("P10D")))
    assert erin.get(grant.side, "requests", asked.id).status == "Provisioned"
    (instance,) = mine(erin, grant, "instances")
    assert instance.end_date_time == demo.at(days=10)


def test_not_more_than_thirty_days_after_the_end(side, role, erin, admin, demo):
    grant = Order(side, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D"))
    admin.post(grant)
    demo.advance("P31DT1S")
    erin.refused(grant.but(action="selfRenew"), **DOES_NOT_EXIST)


def test_an_activation_cannot_be_extended(activation, erin, demo):
    erin.post(activation)
    erin.refused(activation.but(action="selfExtend"), **DOES_NOT_EXIST)


@pytest.mark.parametrize("action", ["selfExtend", "selfRenew"])
def test_nothing_to_extend_or_renew(action, side, role, erin, demo):
    erin.refused(Order(side, action, demo.people["erin"].id, role, window=lasting("P1D")), **DOES_NOT_EXIST)


def test_principal_cancels_own_request(grant, erin, admin, demo):
    admin.post(grant)
    demo.advance("P20D")
    asked = erin.post(grant.but(action="selfExtend"))
    erin.cancel(grant.side, asked.id)
    assert erin.get(grant.side, "requests", asked.id).status == "Canceled"
    assert len(mine(erin, grant, "instances")) == 1
    erin.refused(erin.item(grant.side, "requests", asked.id).cancel.post(), **NOT_CANCELLABLE)


def test_principal_cancels_own_future_activation(activation, erin, demo):
    asked = erin.post(activation.but(window=lasting("PT1H", demo.at(hours=1))))
    erin.cancel(ASSIGNMENT, asked.id)
    assert mine(erin, activation, "schedules") == []
    demo.advance("PT1H")
    assert mine(erin, activation, "instances") == []
    assert erin.post(activation).status == "Provisioned"


def test_nobody_cancels_another_persons_request(grant, admin, demo):
    made = admin.post(grant.but(window=lasting("P1D", demo.at(days=1))))
    carol = demo.sdk("carol")
    carol.refused(carol.item(grant.side, "requests", made.id).cancel.post(), **UNAUTHORIZED)
    assert admin.get(grant.side, "requests", made.id).status == "Granted"


@pytest.mark.parametrize("action", ["selfDeactivate", "selfExtend", "selfRenew"])
def test_only_ones_own(action, role, admin, demo):
    grant = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=lasting("P10D"))
    admin.post(grant)
    demo.advance("PT5M")
    admin.refused(grant.but(action=action), **UNAUTHORIZED)
    demo.sdk("carol").refused(grant.but(action=action), **UNAUTHORIZED)


def mine(erin, order, what):
    return erin.own(order.side, what, filter=f"roleDefinitionId eq '{order.role}'")
