"""A principal activates an eligible role just in time, for a while, and it ends by itself."""

from datetime import timedelta

import pytest

from conftest import scope_id
from harness.ids import derived
from harness.messages import (
    DOES_NOT_EXIST,
    EXISTS,
    NO_JUSTIFICATION,
    NO_MFA,
    OVERLAPS,
    PENDING,
    PERMANENT,
    TOO_LONG,
    TOO_SHORT,
    UNAUTHORIZED,
    rules_failed,
)
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent, until
from harness.policy import set_rule

SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"


@pytest.fixture(params=["own", "group's"])
def activation(request, demo, admin, role, scope) -> Order:
    """Carol's activation of a role she is eligible for herself, or through a group."""
    carol = demo.people["carol"].id
    holder = carol if request.param == "own" else demo.assignable_group(member="carol")
    admin.post(Order(ELIGIBILITY, "adminAssign", holder, role, scope, permanent()))
    return Order(ASSIGNMENT, "selfActivate", carol, role, scope, lasting("PT8H"))


@pytest.fixture
def carol(demo):
    return demo.sdk("carol")


def test_principal_activates_for_eight_hours(activation, admin, carol, demo):
    made = carol.post(activation)
    assert (made.status, made.target_schedule_id, made.approval_id) == ("Provisioned", made.id, None)
    assert made.created_by.user.id == made.principal_id == activation.principal
    assert made.completed_date_time == made.schedule_info.start_date_time == demo.now()

    (schedule,) = carol.own(ASSIGNMENT, "schedules", filter=f"roleDefinitionId eq '{activation.role}'", expand=["activatedUsing"])
    (eligible,) = carol.own(ELIGIBILITY, "schedules", filter=f"roleDefinitionId eq '{activation.role}'")
    assert (schedule.id, schedule.created_using, schedule.assignment_type) == (made.id, made.id, "Activated")
    assert schedule.member_type == "Direct"
    assert schedule.activated_using.id == eligible.id

    (instance,) = active(admin, activation, expand=["activatedUsing"])
    assert instance.id == derived(activation.role, activation.principal, activation.scope)
    assert (instance.assignment_type, instance.role_assignment_schedule_id) == ("Activated", made.id)
    # An instance points at the eligibility's instance, a schedule at its schedule.
    assert instance.activated_using.role_eligibility_schedule_id == eligible.id
    assert instance.activated_using.id.endswith("-e")

    end = demo.at(hours=8)
    assert instance.end_date_time == end
    assert listed(demo, instance.id)
    demo.advance_to(end - timedelta(seconds=1))
    assert len(active(admin, activation)) == 1
    demo.advance_to(end)
    assert active(admin, activation) == []
    assert not listed(demo, instance.id)
    assert len(carol.own(ELIGIBILITY, "schedules", filter=f"roleDefinitionId eq '{activation.role}'")) == 1
    assert carol.post(activation).status == "Provisioned", "and again"


def test_until_an_instant(activation, admin, carol, demo):
    end = demo.at(hours=2)
    carol.post(activation.but(window=until(end)))
    (instance,) = active(admin, activation)
    assert instance.end_date_time == end


def test_for_later(activation, admin, carol, demo):
    start = demo.at(hours=3)
    made = carol.post(activation.but(window=lasting("PT1H", start)))
    assert made.status == "Granted"
    assert active(admin, activation) == []
    carol.refused(activation, **PENDING)
    demo.advance_to(start)
    assert carol.get(ASSIGNMENT, "requests", made.id).status == "Provisioned"
    assert len(active(admin, activation)) == 1
    demo.advance("PT1H")
    assert active(admin, activation) == []


def test_a_window_that_overlaps_a_later_one_is_refused(activation, carol, demo):
    carol.post(activation.but(window=lasting("PT2H", demo.at(hours=4))))
    carol.refused(activation.but(window=lasting("PT2H", demo.at(hours=3))), **OVERLAPS)
    carol.refused(activation.but(window=lasting("PT2H", demo.at(hours=6))), **OVERLAPS)


@pytest.mark.parametrize("duration", ["PT8H1S", "P1D"])
def test_no_longer_than_the_settings_say(duration, activation, carol, wire):
    carol.refused(activation.but(window=lasting(duration)), **rules_failed(TOO_LONG))
    assert wire.list(ASSIGNMENT.requests, filter=f"roleDefinitionId eq '{activation.role}'") == []


def test_less_if_the_settings_say_less(activation, carol, wire):
    set_rule(wire, activation.role, "Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT1H")
    carol.refused(activation.but(window=lasting("PT2H")), **rules_failed(TOO_LONG))
    assert carol.post(activation.but(window=lasting("PT1H"))).status == "Provisioned"


def test_never_without_an_end(activation, carol):
    carol.refused(activation.but(window=permanent()), **rules_failed(PERMANENT))


def test_never_for_less_than_five_minutes(activation, carol):
    carol.refused(activation.but(window=lasting("PT4M59S")), **TOO_SHORT)


def test_a_reason_is_asked_for(activation, carol):
    for reason in (None, "", "  "):
        carol.refused(activation.but(justification=reason), **rules_failed(NO_JUSTIFICATION))


def test_twice_is_refused(activation, carol):
    carol.post(activation)
    carol.refused(activation, **EXISTS)


def test_not_while_assigned(role, admin, carol, demo):
    me = demo.people["carol"].id
    for side in (ELIGIBILITY, ASSIGNMENT):
        admin.post(Order(side, "adminAssign", me, role, window=permanent()))
    carol.refused(Order(ASSIGNMENT, "selfActivate", me, role, window=lasting("PT1H")), **EXISTS)


def test_not_without_eligibility(role, demo):
    me = demo.people["erin"].id
    # State is checked before settings: no eligibility, whatever the window.
    for window in (lasting("PT1H"), permanent()):
        demo.sdk("erin").refused(Order(ASSIGNMENT, "selfActivate", me, role, window=window), **DOES_NOT_EXIST)


def test_not_at_another_scope_than_the_eligibility(role, admin, carol, demo):
    me = demo.people["carol"].id
    places = [scope_id(demo, kind) for kind in ("tenant", "administrativeUnit", "object")]
    admin.post(Order(ELIGIBILITY, "adminAssign", me, role, places[0], permanent()))
    for place in places[1:]:
        carol.refused(Order(ASSIGNMENT, "selfActivate", me, role, place, lasting("PT1H")), **DOES_NOT_EXIST)


def test_not_before_the_eligibility_begins_nor_after_it_ends(role, admin, carol, demo):
    me = demo.people["carol"].id
    activation = Order(ASSIGNMENT, "selfActivate", me, role, window=lasting("PT10M"))
    admin.post(Order(ELIGIBILITY, "adminAssign", me, role, window=lasting("PT1H", demo.at(hours=1))))
    carol.refused(activation, **DOES_NOT_EXIST)
    demo.advance("PT1H")
    assert carol.post(activation).status == "Provisioned"
    demo.advance("PT1H")
    carol.refused(activation, **DOES_NOT_EXIST)


def test_only_for_oneself(activation, admin, demo):
    admin.refused(activation, **UNAUTHORIZED)
    demo.sdk(demo.app()).refused(activation, **UNAUTHORIZED)


def test_a_member_who_left_the_group_is_not_eligible(role, admin, demo):
    erin = demo.people["erin"].id
    graph = demo.graph(demo.app())
    group = graph.post(
        "/groups",
        {
            "displayName": f"Leavers of {role}",
            "mailEnabled": False,
            "mailNickname": f"leavers-{role[:8]}",
            "securityEnabled": True,
            "isAssignableToRole": True,
        },
    )["id"]
    admin.post(Order(ELIGIBILITY, "adminAssign", group, role, window=permanent()))
    activation = Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H"))
    demo.sdk("erin").refused(activation, **DOES_NOT_EXIST)
    graph.post(f"/groups/{group}/members/$ref", {"@odata.id": f"{graph.root}/directoryObjects/{erin}"}, status=204)
    assert demo.sdk("erin").post(activation.but(validation_only=True)).status == "Provisioned"
    graph.delete(f"/groups/{group}/members/{erin}/$ref")
    demo.sdk("erin").refused(activation, **DOES_NOT_EXIST)


class TestTheSeededPeople:
    """Carol's eligibilities as the demo's contract lists them."""

    def test_default_settings_of_a_privileged_role_ask_for_a_second_factor(self, demo):
        me = demo.people["carol"].id
        activation = Order(ASSIGNMENT, "selfActivate", me, USER_ADMINISTRATOR, window=lasting("PT1H"))
        demo.sdk("carol", mfa=False).refused(activation, **rules_failed(NO_MFA))
        assert demo.sdk("carol").post(activation).status == "Provisioned"

    def test_approval_leads_to_waiting_and_never_to_access(self, demo, admin):
        me = demo.people["carol"].id
        activation = Order(ASSIGNMENT, "selfActivate", me, GLOBAL_ADMINISTRATOR, window=lasting("PT1H"))
        carol = demo.sdk("carol")
        made = carol.post(activation)
        assert (made.status, made.approval_id, made.target_schedule_id) == ("PendingApproval", made.id, made.id)
        assert made.schedule_info.start_date_time is None
        assert active(admin, activation) == []
        carol.refused(activation, **PENDING)
        waiting = demo.sdk("bob").own(ASSIGNMENT, "requests", on="approver", filter="status eq 'PendingApproval'")
        assert [it.id for it in waiting] == [made.id]
        demo.advance("PT30M")
        assert active(admin, activation) == []
        carol.cancel(ASSIGNMENT, made.id)
        assert carol.get(ASSIGNMENT, "requests", made.id).status == "Canceled"

    def test_an_hour_is_the_most_where_the_settings_say_an_hour(self, demo):
        me = demo.people["carol"].id
        activation = Order(ASSIGNMENT, "selfActivate", me, GLOBAL_ADMINISTRATOR, window=lasting("PT1H1S"))
        demo.sdk("carol").refused(activation, **rules_failed(TOO_LONG))


class TestAccessFollowsAtOnce:
    """An activation counts from the very next call, with the same token, and stops at its end."""

    def test_for_reading(self, person, demo, admin):
        admin.post(Order(ELIGIBILITY, "adminAssign", person.id, SECURITY_READER, window=permanent()))
        caller = demo.user(person, lifetimeSeconds=36000)
        graph = demo.graph(caller)
        graph.refused("GET", ASSIGNMENT.instances, **UNAUTHORIZED)
        demo.sdk(caller).post(Order(ASSIGNMENT, "selfActivate", person.id, SECURITY_READER, window=lasting("PT1H")))
        assert graph.get(ASSIGNMENT.instances)["value"]
        demo.advance("PT1H")
        graph.refused("GET", ASSIGNMENT.instances, **UNAUTHORIZED)

    def test_for_administering(self, person, demo, role, admin):
        eligible = Order(ELIGIBILITY, "adminAssign", person.id, PRIVILEGED_ROLE_ADMINISTRATOR, window=permanent())
        admin.post(eligible)
        newcomer = demo.sdk(person)
        grant = Order(ELIGIBILITY, "adminAssign", demo.people["carol"].id, role, window=permanent())
        newcomer.refused(grant, **UNAUTHORIZED)
        newcomer.post(eligible.but(side=ASSIGNMENT, action="selfActivate", window=lasting("PT1H")))
        assert newcomer.post(grant).status == "Provisioned"
        demo.advance("PT1H")
        newcomer.refused(grant.but(action="adminRemove", window=None), **UNAUTHORIZED)


def active(admin, order, **query):
    wanted = f"principalId eq '{order.principal}' and roleDefinitionId eq '{order.role}' and directoryScopeId eq '{order.scope}'"
    return admin.list(ASSIGNMENT, "instances", filter=wanted, **query)


def listed(demo, key) -> bool:
    answer = demo.graph("alice").send("GET", f"/roleManagement/directory/roleAssignments/{key}")
    return answer.status_code == 200
