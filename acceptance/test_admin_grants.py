"""An administrator creates assignments and eligibilities: permanent, time-bound, future, temporary.

Each test runs on both sides, for users, role-assignable groups and (active only) service principals,
at directory, administrative-unit and object scope."""

from datetime import timedelta

import pytest

from harness.ids import derived
from harness.messages import EXISTS
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent, until
from msgraph.generated.models.expiration_pattern_type import ExpirationPatternType as Expiration


def test_administrator_creates_a_permanent_one(case, admin, demo):
    made = admin.post(case.order("adminAssign", permanent()))
    assert made.status == "Provisioned"
    assert made.schedule_info.expiration.type == Expiration.NoExpiration
    assert made.schedule_info.start_date_time == made.completed_date_time == demo.now()
    schedule, instance = in_force(case, admin, made)
    assert schedule.schedule_info.expiration.type == Expiration.NoExpiration
    assert instance.start_date_time == demo.now()
    assert instance.end_date_time is None
    demo.advance("P400D")
    assert rows(case, admin, "instances"), "a permanent grant has no end"


def test_administrator_creates_a_time_bound_one(case, admin, demo):
    end = demo.at(days=30)
    made = admin.post(case.order("adminAssign", until(end)))
    assert made.status == "Provisioned"
    assert made.schedule_info.expiration.end_date_time == end
    schedule, instance = in_force(case, admin, made)
    assert (schedule.schedule_info.expiration.type, schedule.schedule_info.expiration.end_date_time) == (
        Expiration.AfterDateTime,
        end,
    )
    assert instance.end_date_time == end
    demo.advance_to(end - timedelta(seconds=1))
    assert len(rows(case, admin, "instances")) == 1
    demo.advance_to(end)
    assert rows(case, admin, "instances") == rows(case, admin, "schedules") == []
    ended = admin.get(case.side, "requests", made.id)
    assert (ended.status, ended.target_schedule_id) == ("Provisioned", None)


def test_a_duration_reads_back_as_an_end(case, admin, demo):
    made = admin.post(case.order("adminAssign", lasting("PT90M")))
    assert made.schedule_info.expiration.type == Expiration.AfterDuration
    assert made.schedule_info.expiration.duration == timedelta(minutes=90)
    schedule, instance = in_force(case, admin, made)
    assert schedule.schedule_info.expiration.type == Expiration.AfterDateTime
    assert schedule.schedule_info.expiration.duration is None
    assert schedule.schedule_info.expiration.end_date_time == instance.end_date_time == demo.at(minutes=90)


def test_administrator_creates_a_future_one(case, admin, demo):
    start = demo.at(days=1)
    made = admin.post(case.order("adminAssign", lasting("PT4H", start)))
    assert (made.status, made.target_schedule_id) == ("Granted", made.id)
    assert made.schedule_info.start_date_time == made.completed_date_time == start
    assert [it.status for it in rows(case, admin, "schedules")] == ["Granted"]
    assert rows(case, admin, "instances") == []
    demo.advance_to(start)
    assert admin.get(case.side, "requests", made.id).status == "Provisioned"
    schedule, instance = in_force(case, admin, made)
    assert (instance.start_date_time, instance.end_date_time) == (start, start + timedelta(hours=4))
    demo.advance("PT4H")
    assert rows(case, admin, "instances") == []


@pytest.mark.parametrize("ahead", [-86400, -1, 0, 30, 60])
def test_a_start_that_is_past_or_nearly_now_is_now(ahead, side, role, admin, demo):
    window = lasting("P1D", demo.at(seconds=ahead))
    made = admin.post(Order(side, "adminAssign", demo.people["erin"].id, role, window=window))
    assert (made.status, made.schedule_info.start_date_time) == ("Provisioned", demo.now())


def test_administrator_assigns_a_temporary_role_to_an_eligible_one(role, scope, admin, demo):
    erin = demo.people["erin"].id
    eligible = admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, scope, permanent()))
    assigned = admin.post(Order(ASSIGNMENT, "adminAssign", erin, role, scope, lasting("PT8H")))
    assert (eligible.status, assigned.status) == ("Provisioned", "Provisioned")
    instance = admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'", expand=["activatedUsing"])[0]
    assert (instance.assignment_type, instance.activated_using) == ("Assigned", None)
    demo.advance("PT8H")
    assert admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'") == []
    assert len(admin.list(ELIGIBILITY, "instances", filter=f"roleDefinitionId eq '{role}'")) == 1


def test_the_same_again_is_refused(case, admin, wire):
    first = case.order("adminAssign", permanent())
    admin.post(first)
    admin.refused(first, **EXISTS)
    requests = wire.list(case.side.requests, filter=f"roleDefinitionId eq '{case.role}'")
    assert len(requests) == 1, "a refused request leaves no object"


def test_one_side_does_not_stand_in_the_way_of_the_other(role, admin, demo):
    erin = demo.people["erin"].id
    for one in (ELIGIBILITY, ASSIGNMENT):
        assert admin.post(Order(one, "adminAssign", erin, role, window=permanent())).status == "Provisioned"


def test_an_application_may_do_all_this(case, demo):
    made = demo.sdk(demo.app()).post(case.order("adminAssign", permanent()))
    assert made.status == "Provisioned"
    assert made.created_by.user.id is not None


def in_force(case, admin, made):
    """The schedule and instance of a request, after checking how the three point at each other."""
    assert (made.target_schedule_id, made.approval_id, made.is_validation_only) == (made.id, None, False)
    assert (made.principal_id, made.role_definition_id) == (case.principal, case.role)
    assert (made.directory_scope_id, made.app_scope_id) == (case.scope, None)
    assert made.ticket_info.ticket_number is None and made.ticket_info.ticket_system is None
    (schedule,) = rows(case, admin, "schedules")
    (instance,) = rows(case, admin, "instances")
    assert (schedule.id, schedule.created_using, schedule.status) == (made.id, made.id, "Provisioned")
    assert (schedule.member_type, instance.member_type) == ("Direct", "Direct")
    is_eligible = case.side == ELIGIBILITY
    assert instance.id == derived(case.role, case.principal, case.scope, eligible=is_eligible)
    if is_eligible:
        assert instance.role_eligibility_schedule_id == made.id
    else:
        assert instance.role_assignment_schedule_id == made.id
        assert instance.role_assignment_origin_id == instance.id
        assert (schedule.assignment_type, instance.assignment_type) == ("Assigned", "Assigned")
    return schedule, instance


def rows(case, admin, what):
    wanted = f"principalId eq '{case.principal}' and roleDefinitionId eq '{case.role}' and directoryScopeId eq '{case.scope}'"
    return admin.list(case.side, what, filter=wanted)
