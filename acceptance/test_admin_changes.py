"""An administrator updates, extends, renews and removes what was granted, and cancels requests; on
both sides, for every kind of subject and scope."""

from datetime import timedelta

import pytest

from harness.ids import derived
from harness.messages import DOES_NOT_EXIST, NOT_CANCELLABLE, REQUEST_NOT_FOUND, TOO_SHORT
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent, until


@pytest.mark.parametrize("action", ["adminUpdate", "adminExtend"])
def test_administrator_updates_and_extends(action, case, admin, demo):
    first = admin.post(case.order("adminAssign", lasting("P10D")))
    demo.advance("PT5M")
    end = demo.at(days=60)
    changed = admin.post(case.order(action, until(end)))
    assert (changed.status, changed.target_schedule_id) == ("Provisioned", changed.id)
    (schedule,) = rows(case, admin, "schedules")
    (instance,) = rows(case, admin, "instances")
    # Replaced, not added: a new schedule under the same derived instance id.
    assert (schedule.id, schedule.created_using) == (changed.id, changed.id)
    assert instance.id == derived(case.role, case.principal, case.scope, eligible=case.side == ELIGIBILITY)
    assert instance.end_date_time == end
    demo.graph("alice").refused("GET", f"{case.side.schedules}/{first.id}", status=404)
    assert admin.get(case.side, "requests", first.id).target_schedule_id is None


def test_administrator_renews_an_expired_one(case, admin, demo):
    first = admin.post(case.order("adminAssign", lasting("P1D")))
    demo.advance("P1D")
    assert rows(case, admin, "instances") == []
    renewed = admin.post(case.order("adminRenew", lasting("P30D")))
    assert (renewed.status, renewed.target_schedule_id) == ("Provisioned", renewed.id)
    (instance,) = rows(case, admin, "instances")
    assert instance.end_date_time == demo.at(days=30)
    assert admin.get(case.side, "requests", first.id).target_schedule_id is None


def test_administrator_removes(case, admin, demo):
    made = admin.post(case.order("adminAssign", permanent()))
    demo.advance("PT5M")
    removed = admin.post(case.order("adminRemove"))
    assert (removed.status, removed.target_schedule_id) == ("Revoked", None)
    assert removed.schedule_info is None and removed.completed_date_time is None
    assert rows(case, admin, "schedules") == rows(case, admin, "instances") == []
    assert admin.get(case.side, "requests", made.id).target_schedule_id is None
    admin.refused(case.order("adminRemove"), **DOES_NOT_EXIST)
    assert admin.post(case.order("adminAssign", permanent())).status == "Provisioned", "it can be given again at once"


def test_administrator_removes_a_future_one(case, admin, demo):
    made = admin.post(case.order("adminAssign", lasting("P1D", demo.at(days=2))))
    assert made.status == "Granted"
    assert admin.post(case.order("adminRemove")).status == "Revoked"
    demo.advance("P2D")
    assert rows(case, admin, "schedules") == rows(case, admin, "instances") == []


@pytest.mark.parametrize("action", ["adminUpdate", "adminExtend", "adminRemove", "adminRenew"])
def test_changes_of_nothing_are_refused(action, case, admin):
    admin.refused(case.order(action, lasting("P1D")), **DOES_NOT_EXIST)


def test_a_permanent_one_cannot_be_extended(case, admin, demo):
    admin.post(case.order("adminAssign", permanent()))
    demo.advance("PT5M")
    admin.refused(case.order("adminExtend", lasting("P1D")), status=400, code="InvalidRoleAssignmentRequest")


def test_administrator_cancels_a_request(case, admin, demo):
    made = admin.post(case.order("adminAssign", lasting("P1D", demo.at(days=1))))
    admin.cancel(case.side, made.id)
    canceled = admin.get(case.side, "requests", made.id)
    assert (canceled.status, canceled.target_schedule_id) == ("Canceled", None)
    assert rows(case, admin, "schedules") == []
    demo.advance("P1D")
    assert rows(case, admin, "instances") == []
    assert admin.get(case.side, "requests", made.id).status == "Canceled", "an outcome is final"
    assert admin.post(case.order("adminAssign", permanent())).status == "Provisioned"


def test_what_has_an_outcome_cannot_be_cancelled(side, role, admin, demo):
    order = Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent())
    made = admin.post(order)
    for _ in range(2):
        admin.refused(admin.item(side, "requests", made.id).cancel.post(), **NOT_CANCELLABLE)
    unknown = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"
    admin.refused(admin.item(side, "requests", unknown).cancel.post(), **REQUEST_NOT_FOUND)


class TestTheFiveMinuteRule:
    @pytest.mark.parametrize("action", ["adminUpdate", "adminRemove"])
    def test_a_young_active_grant_is_not_changed(self, action, role, admin, demo):
        order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent())
        admin.post(order)
        demo.advance("PT4M59S")
        admin.refused(order.but(action=action, window=lasting("P1D")), **TOO_SHORT)
        demo.advance("PT1S")
        assert admin.post(order.but(action=action, window=lasting("P1D"))).status in ("Provisioned", "Revoked")

    @pytest.mark.parametrize("action", ["adminUpdate", "adminRemove"])
    def test_nor_is_the_eligibility_beside_it(self, action, role, admin, demo):
        eligible = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent())
        admin.post(eligible)
        admin.post(eligible.but(side=ASSIGNMENT, window=lasting("P1D")))
        admin.refused(eligible.but(action=action, window=lasting("P1D")), **TOO_SHORT)
        demo.advance("PT5M")
        assert admin.post(eligible.but(action=action, window=lasting("P1D"))).status in ("Provisioned", "Revoked")

    def test_without_an_active_grant_an_eligibility_goes_at_once(self, role, admin, demo):
        eligible = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent())
        admin.post(eligible)
        assert admin.post(eligible.but(action="adminRemove", window=None)).status == "Revoked"


def test_removing_an_eligibility_ends_its_activation_and_nothing_else(scope, role, admin, demo):
    erin, carol = demo.people["erin"].id, demo.people["carol"].id
    for who in (erin, carol):
        admin.post(Order(ELIGIBILITY, "adminAssign", who, role, scope, permanent()))
    demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, scope, lasting("PT2H")))
    demo.sdk("carol").post(Order(ASSIGNMENT, "selfActivate", carol, role, scope, lasting("PT2H")))
    demo.advance("PT5M")
    admin.post(Order(ELIGIBILITY, "adminRemove", erin, role, scope))
    left = admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'")
    assert [it.principal_id for it in left] == [carol]


def test_removing_an_eligibility_keeps_an_assignment(role, admin, demo):
    order = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent())
    admin.post(order)
    admin.post(order.but(side=ASSIGNMENT, window=lasting("P1D")))
    demo.advance("PT5M")
    admin.post(order.but(action="adminRemove", window=None))
    assert len(admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'")) == 1


def test_an_eligibility_that_ends_takes_its_activation_with_it(role, admin, demo):
    erin = demo.people["erin"].id
    end = demo.at(hours=1)
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=until(end)))
    demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT8H")))
    demo.advance_to(end - timedelta(seconds=1))
    assert len(admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'")) == 1
    demo.advance_to(end)
    assert admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'") == []


def rows(case, admin, what):
    wanted = f"principalId eq '{case.principal}' and roleDefinitionId eq '{case.role}' and directoryScopeId eq '{case.scope}'"
    return admin.list(case.side, what, filter=wanted)
