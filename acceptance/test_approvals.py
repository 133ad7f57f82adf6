"""Activations that somebody has to approve: who may decide, what a decision comes to, and what does
without one. Requests go through the SDK; approvals are plain HTTP, as v1.0's SDK has none."""

import uuid
from datetime import timedelta

import pytest

from harness.graph import parse_time
from harness.messages import DECIDED, NO_APPROVAL, UNAUTHORIZED
from harness.order import ASSIGNMENT, DIRECTORY, ELIGIBILITY, Order, lasting, permanent, until
from harness.policy import POLICIES, get_rule, policy_id, set_rule

APPROVALS = f"{DIRECTORY}/roleAssignmentApprovals"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"


def user(person) -> dict:
    return {"@odata.type": "#microsoft.graph.singleUser", "userId": person.id}


def group(key: str) -> dict:
    return {"@odata.type": "#microsoft.graph.groupMembers", "groupId": key}


class Matter:
    """A role that a person is eligible for, and that others decide on."""

    def __init__(self, demo, admin, wire, person, role):
        self.demo, self.admin, self.wire = demo, admin, wire
        self.person, self.role = person, role
        self.eligible()

    def eligible(self, window=None):
        order = Order(ELIGIBILITY, "adminAssign", self.person.id, self.role, window=window or permanent())
        return self.admin.post(order)

    def settle_on(self, *approvers: dict, **stage) -> None:
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": list(approvers), **stage}]}
        set_rule(self.wire, self.role, "Approval", "Approval_EndUser_Assignment", setting=setting)

    def ask(self, window=None) -> str:
        order = Order(ASSIGNMENT, "selfActivate", self.person.id, self.role, window=window or lasting("PT2H"))
        made = self.demo.sdk(self.person).post(order)
        assert (made.status, made.approval_id, made.target_schedule_id) == ("PendingApproval", made.id, made.id)
        return made.id

    def request(self, key: str):
        return self.admin.get(ASSIGNMENT, "requests", key)

    def step(self, key: str, by="alice") -> dict:
        (step,) = self.demo.graph(by, "beta").get(f"{APPROVALS}/{key}")["steps"]
        return step

    def decide(self, key: str, by, result: str = "Approve", justification: str | None = "Checked") -> None:
        self.demo.graph(by, "beta").patch(step_of(key), decision(result, justification))

    def refused(self, key: str, by, **refusal):
        return self.demo.graph(by, "beta").refused("PATCH", step_of(key), decision(), **refusal)

    def held(self) -> list:
        wanted = f"roleDefinitionId eq '{self.role}' and principalId eq '{self.person.id}'"
        return self.admin.list(ASSIGNMENT, "instances", filter=wanted)

    def outcome(self, key: str) -> tuple[str, str, str]:
        step = self.step(key)
        return self.request(key).status, step["status"], step["reviewResult"]

    def rows(self) -> list[dict]:
        wanted = f"loggedByService eq 'PIM' and targetResources/any(t:t/id eq '{self.person.id}')"
        log = self.demo.graph(self.demo.app())
        return log.list("/auditLogs/directoryAudits", filter=wanted, orderby="activityDateTime asc")


def step_of(key: str, name: str = "steps") -> str:
    return f"{APPROVALS}/{key}/{name}/{key}"


def decision(result: str = "Approve", justification: str | None = "Checked") -> dict:
    return {"reviewResult": result, "justification": justification}


@pytest.fixture
def approver(demo):
    return demo.new_person()


@pytest.fixture
def unnamed(demo, admin, wire, person, role) -> Matter:
    """Nobody is named to decide."""
    matter = Matter(demo, admin, wire, person, role)
    matter.settle_on()
    return matter


@pytest.fixture
def matter(unnamed, approver) -> Matter:
    """The approver, and nobody else, decides."""
    unnamed.settle_on(user(approver))
    return unnamed


class TestDeciding:
    def test_approval_lets_the_activation_begin_at_the_decision(self, matter, approver, demo):
        key = matter.ask(lasting("PT2H"))
        assert matter.held() == []
        decided = demo.advance("PT3H")
        matter.decide(key, approver)
        request = matter.request(key)
        assert (request.status, request.approval_id, request.target_schedule_id) == ("Provisioned", key, key)
        assert request.completed_date_time == request.schedule_info.start_date_time == decided
        assert request.schedule_info.expiration.duration == timedelta(hours=2)
        (instance,) = matter.held()
        assert (instance.assignment_type, instance.role_assignment_schedule_id) == ("Activated", key)
        assert (instance.start_date_time, instance.end_date_time) == (decided, decided + timedelta(hours=2))
        demo.advance("PT1H59M59S")
        assert len(matter.held()) == 1
        demo.advance("PT1S")
        assert matter.held() == []

    def test_denial_gives_nothing(self, matter, approver):
        key = matter.ask()
        matter.decide(key, approver, "Deny", "Not today")
        assert matter.outcome(key) == ("Denied", "Completed", "Deny")
        assert matter.step(key)["justification"] == "Not today"
        assert matter.request(key).target_schedule_id is None
        assert matter.held() == []
        # The next request is another matter.
        matter.decide(matter.ask(), approver)
        assert len(matter.held()) == 1

    def test_the_first_decision_wins(self, matter, approver, demo):
        second = demo.new_person()
        matter.settle_on(user(approver), user(second))
        key = matter.ask()
        matter.decide(key, approver, "Deny")
        for latecomer in (second, approver):
            refusal = matter.refused(key, latecomer, **DECIDED)
            assert refusal.details[0]["message"] == "the request is Denied"
        assert matter.outcome(key) == ("Denied", "Completed", "Deny")
        assert matter.step(key)["reviewedBy"]["id"] == approver.id

    def test_a_start_ahead_is_kept(self, matter, approver, demo):
        start = demo.at(hours=5)
        key = matter.ask(lasting("PT2H", start))
        demo.advance("PT1H")
        matter.decide(key, approver)
        assert matter.outcome(key) == ("Granted", "Completed", "Approve")
        assert matter.held() == []
        assert matter.rows()[-1]["activityDisplayName"] == "Add member to role request approved (PIM activation)"
        demo.advance_to(start)
        assert matter.request(key).status == "Provisioned"
        assert matter.rows()[-1]["activityDisplayName"] == "Add member to role completed (PIM activation)"
        (instance,) = matter.held()
        assert (instance.start_date_time, instance.end_date_time) == (start, start + timedelta(hours=2))

    def test_a_start_that_has_passed_meanwhile_is_now(self, matter, approver, demo):
        key = matter.ask(lasting("PT2H", demo.at(hours=1)))
        decided = demo.advance("PT4H")
        matter.decide(key, approver)
        (instance,) = matter.held()
        assert (instance.start_date_time, instance.end_date_time) == (decided, decided + timedelta(hours=2))

    def test_an_absolute_end_stays(self, matter, approver, demo):
        end = demo.at(hours=4)
        key = matter.ask(until(end))
        decided = demo.advance("PT3H")
        matter.decide(key, approver)
        (instance,) = matter.held()
        assert (instance.start_date_time, instance.end_date_time) == (decided, end)

    def test_an_activation_ends_with_its_eligibility(self, demo, admin, wire, approver, role):
        person = demo.new_person()
        end = demo.at(hours=3)
        matter = Matter(demo, admin, wire, person, role)
        admin.post(Order(ELIGIBILITY, "adminRemove", person.id, role))
        matter.eligible(until(end))
        matter.settle_on(user(approver))
        key = matter.ask(lasting("PT2H"))
        demo.advance("PT2H")
        matter.decide(key, approver)
        (instance,) = matter.held()
        assert instance.end_date_time == end

    def test_a_reason_is_needed_if_the_settings_say_so(self, matter, approver, demo):
        key = matter.ask()
        beta = demo.graph(approver, "beta")
        for blank in (None, "", "  "):
            refusal = beta.refused("PATCH", step_of(key), decision("Deny", blank), status=400, code="BadRequest")
            assert refusal.details[0]["target"] == "justification"
        beta.refused("PATCH", step_of(key), {"reviewResult": "Approve"}, status=400)
        assert matter.outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")
        matter.settle_on(user(approver), isApproverJustificationRequired=False)
        beta.patch(step_of(key), {"reviewResult": "Approve"})
        assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")
        assert matter.step(key)["justification"] == ""

    @pytest.mark.parametrize("result", [None, "", "NotReviewed", "Approved", "Denied", "yes", 1])
    def test_a_decision_is_yes_or_no(self, result, matter, approver, demo):
        key = matter.ask()
        demo.graph(approver, "beta").refused("PATCH", step_of(key), decision(result), status=400, code="BadRequest")
        assert matter.outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")

    @pytest.mark.parametrize("body", ["", "[]", "{", '"Approve"'])
    def test_a_body_that_is_no_decision(self, body, matter, approver, demo):
        path, headers = step_of(matter.ask()), {"Content-Type": "application/json"}
        demo.graph(approver, "beta").refused("PATCH", path, content=body.encode(), headers=headers, status=400)

    def test_spellings_and_strangers_are_tolerated(self, matter, approver, demo):
        key = matter.ask()
        body = {"@odata.type": "#microsoft.graph.approvalStep", "id": key, "status": "Completed", "RevieWResult": "approve", "JUSTIFICATION": "Checked", "more": [1]}
        demo.graph(approver, "beta").patch(f"/rolemanagement/Directory//roleassignmentapprovals('{key.upper()}')/Steps('{key}')/", body)
        assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")

    def test_each_decision_leaves_its_rows(self, matter, approver):
        first = matter.ask()
        matter.decide(first, approver, "Deny", "No ticket")
        second = matter.ask()
        matter.decide(second, approver, "Approve", "Ticket checked")
        rows = [it for it in matter.rows() if it["correlationId"] in (first, second)]
        words = "Add member to role {} (PIM activation)"
        asked = [words.format("requested"), words.format("approval requested")]
        names = [it["activityDisplayName"] for it in rows]
        assert names == [*asked, words.format("request denied"), *asked, words.format("request approved"), words.format("completed")]
        denied, approved, completed = rows[2], rows[5], rows[6]
        for row, reason in ((denied, "No ticket"), (approved, "Ticket checked"), (completed, "Acceptance")):
            assert (row["result"], row["resultReason"]) == ("success", reason)
            assert row["initiatedBy"]["user"]["id"] == approver.id
            assert [it["type"] for it in row["targetResources"]] == ["Role", "Request", "User", "Directory", "Other"]
        details = {it["key"]: it["value"] for it in approved["additionalDetails"]}
        assert (details["AuditType"], details["RequestId"]) == ("RequestApprovalRoleActivation", second)


class TestComingToNothing:
    def test_what_the_principal_cancels(self, matter, approver, demo):
        key = matter.ask()
        demo.sdk(matter.person).cancel(ASSIGNMENT, key)
        assert matter.outcome(key) == ("Canceled", "Completed", "NotReviewed")
        matter.refused(key, approver, **DECIDED)
        assert matter.held() == []

    def test_what_an_administrator_cancels(self, matter, approver, admin):
        key = matter.ask()
        admin.cancel(ASSIGNMENT, key)
        assert matter.outcome(key) == ("Canceled", "Completed", "NotReviewed")

    def test_what_nobody_decides_in_a_day(self, matter, approver, demo):
        key = matter.ask()
        demo.advance("PT23H59M59S")
        assert matter.outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")
        demo.advance("PT1S")
        assert matter.outcome(key) == ("Denied", "Expired", "NotReviewed")
        refusal = matter.refused(key, approver, **DECIDED)
        assert refusal.details[0]["message"] == "the request is Denied"
        told = [it["activityDisplayName"] for it in matter.rows()[-2:]]
        assert told == ["PIM activation request expired", "Process request"], "it lapsed, and then somebody came too late"
        assert matter.ask() != key

    def failed(self, matter, key, approver, code) -> None:
        matter.decide(key, approver)
        assert matter.outcome(key) == ("Failed", "Completed", "Approve")
        assert matter.request(key).target_schedule_id is None
        completed = matter.rows()[-1]
        assert completed["activityDisplayName"] == "Add member to role completed (PIM activation)"
        assert (completed["result"], completed["resultReason"]) == ("failure", code)
        matter.refused(key, approver, **DECIDED)

    def test_an_eligibility_lost_meanwhile(self, matter, approver, admin):
        key = matter.ask()
        admin.post(Order(ELIGIBILITY, "adminRemove", matter.person.id, matter.role))
        self.failed(matter, key, approver, "RoleAssignmentDoesNotExist")
        assert matter.held() == []

    def test_an_eligibility_that_took_the_place_of_another(self, matter, approver, admin):
        key = matter.ask()
        admin.post(Order(ELIGIBILITY, "adminUpdate", matter.person.id, matter.role, window=lasting("P9D")))
        matter.decide(key, approver)
        assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")

    def test_an_active_assignment_given_meanwhile(self, matter, approver, admin):
        key = matter.ask()
        admin.post(Order(ASSIGNMENT, "adminAssign", matter.person.id, matter.role, window=lasting("P1D")))
        self.failed(matter, key, approver, "RoleAssignmentExists")
        (instance,) = matter.held()
        assert instance.assignment_type == "Assigned"

    @pytest.mark.parametrize(("wait", "code"), [("PT1H", "InvalidRoleAssignmentRequestSchedule"), ("PT56M", "ActiveDurationTooShort")])
    def test_an_absolute_end_that_has_come(self, wait, code, matter, approver, demo):
        key = matter.ask(until(demo.at(hours=1)))
        demo.advance(wait)
        self.failed(matter, key, approver, code)
        assert matter.held() == []

    def test_settings_that_allow_it_no_longer(self, matter, approver, wire):
        key = matter.ask(lasting("PT2H"))
        set_rule(wire, matter.role, "Expiration", "Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT1H")
        self.failed(matter, key, approver, "RoleAssignmentRequestPolicyValidationFailed")

    def test_a_principal_that_is_gone(self, matter, approver, demo):
        key = matter.ask()
        demo.graph(demo.app()).delete(f"/users/{matter.person.id}")
        assert matter.outcome(key) == ("Failed", "Completed", "NotReviewed")
        matter.refused(key, approver, **DECIDED)


class TestApprovers:
    def test_nobody_decides_their_own_request(self, matter, approver, demo):
        own_group = demo.graph(demo.app()).post(
            "/groups", {"displayName": "Approvers", "mailNickname": "approvers", "mailEnabled": False, "securityEnabled": True}
        )["id"]
        add_member(demo, own_group, matter.person)
        for approvers in ([user(matter.person)], [user(matter.person), group(own_group)], [group(own_group)], []):
            matter.settle_on(*approvers)
            key = matter.ask()
            matter.refused(key, matter.person, **UNAUTHORIZED)
            assert matter.step(key, matter.person)["assignedToMe"] is False
            assert waiting(matter, matter.person) == []
            demo.sdk(matter.person).cancel(ASSIGNMENT, key)

    def test_nor_under_a_second_account(self, matter, demo):
        """Two users with one employeeId, in whatever case, are one person."""
        people = demo.graph(demo.app())
        second = demo.new_person()
        number = f"E-{uuid.uuid4()}"
        own_group = people.post(
            "/groups", {"displayName": "Seconds", "mailNickname": "seconds", "mailEnabled": False, "securityEnabled": True}
        )["id"]
        add_member(demo, own_group, second)
        matter.settle_on(user(second))
        key = matter.ask()
        assert matter.step(key, second)["assignedToMe"] is True
        people.patch(f"/users/{matter.person.id}", {"employeeId": number})
        people.patch(f"/users/{second.id}", {"employeeId": f" {number.lower()} "})
        for approvers in ([user(second)], [group(own_group)], [user(second), group(own_group)]):
            matter.settle_on(*approvers)
            matter.refused(key, second, **UNAUTHORIZED)
            assert waiting(matter, second) == []
            assert demo.graph(second, "beta").list(APPROVALS) == []
            demo.graph(second, "beta").refused("GET", f"{APPROVALS}/{key}", **UNAUTHORIZED)
            assert matter.outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")
        # One who administers looks on, but finds nothing to decide, nor where nobody else is named.
        matter.admin.post(Order(ASSIGNMENT, "adminAssign", second.id, GLOBAL_ADMINISTRATOR, window=lasting("PT8H")))
        for approvers in ([user(second)], []):
            matter.settle_on(*approvers)
            assert matter.step(key, second)["assignedToMe"] is False
            matter.refused(key, second, **UNAUTHORIZED)
        # Somebody else's number is another matter.
        matter.settle_on(user(second))
        people.patch(f"/users/{second.id}", {"employeeId": f"{number}0"})
        matter.decide(key, second)
        assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")

    def test_others_neither_decide_nor_look(self, matter, demo):
        key = matter.ask()
        stranger = demo.new_person()
        matter.refused(key, stranger, **UNAUTHORIZED)
        for path in (f"{APPROVALS}/{key}", f"{APPROVALS}/{key}/steps", step_of(key)):
            demo.graph(stranger, "beta").refused("GET", path, **UNAUTHORIZED)
        assert demo.graph(stranger, "beta").list(APPROVALS) == []
        assert waiting(matter, stranger) == []

    def test_administrators_look_but_do_not_decide_unless_named(self, matter):
        key = matter.ask()
        for administrator in ("alice", "bob"):
            assert matter.step(key, administrator)["assignedToMe"] is False
            assert waiting(matter, administrator) == []
            matter.refused(key, administrator, **UNAUTHORIZED)
        assert matter.outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")

    def test_where_nobody_is_named_administrators_decide(self, unnamed):
        matter = unnamed
        for administrator in ("alice", "bob"):
            key = matter.ask()
            matter.refused(key, "dave", **UNAUTHORIZED)
            assert [it.id for it in waiting(matter, administrator)] == [key]
            assert matter.step(key, administrator)["assignedToMe"] is True
            matter.decide(key, administrator, "Deny")
            assert matter.outcome(key) == ("Denied", "Completed", "Deny")

    def test_an_administrator_decides_while_that_role_is_in_force(self, unnamed, admin, demo):
        helper = demo.new_person()
        privileged = "e8611ab8-c189-46e8-94e1-60213ab1f814"
        first = unnamed.ask()
        unnamed.refused(first, helper, **UNAUTHORIZED)
        admin.post(Order(ASSIGNMENT, "adminAssign", helper.id, privileged, window=lasting("PT1H")))
        unnamed.decide(first, helper, "Deny")
        second = unnamed.ask()
        demo.advance("PT1H")
        unnamed.refused(second, helper, **UNAUTHORIZED)

    def test_a_group_is_who_belongs_to_it_at_the_decision(self, matter, demo):
        make = demo.graph(demo.app()).post
        outer, inner = (
            make("/groups", {"displayName": name, "mailNickname": name.lower(), "mailEnabled": False, "securityEnabled": True})["id"]
            for name in ("Outer", "Inner")
        )
        make(f"/groups/{outer}/members/$ref", {"@odata.id": f"{demo.base}/v1.0/directoryObjects/{inner}"}, status=204)
        member, late, nested = (demo.new_person() for _ in range(3))
        add_member(demo, outer, member)
        matter.settle_on(group(outer))
        key = matter.ask()
        assert [it.id for it in waiting(matter, member)] == [key]
        demo.graph(demo.app()).delete(f"/groups/{outer}/members/{member.id}/$ref")
        matter.refused(key, member, **UNAUTHORIZED)
        matter.refused(key, late, **UNAUTHORIZED)
        assert waiting(matter, member) == waiting(matter, late) == []
        add_member(demo, outer, late)
        add_member(demo, inner, nested)
        for newcomer in (late, nested):
            assert [it.id for it in waiting(matter, newcomer)] == [key]
            assert matter.step(key, newcomer)["assignedToMe"] is True
        matter.decide(key, nested)
        assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")
        assert matter.step(key)["reviewedBy"]["id"] == nested.id

    def test_settings_of_the_time_of_the_decision_count(self, matter, approver, demo):
        key = matter.ask()
        successor = demo.new_person()
        matter.settle_on(user(successor))
        matter.refused(key, approver, **UNAUTHORIZED)
        matter.decide(key, successor)
        assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")

    def test_no_application_decides(self, unnamed, demo):
        key = unnamed.ask()
        for version, name in (("beta", "steps"), ("v1.0", "stages")):
            app = demo.graph(demo.app(), version)
            app.refused("PATCH", step_of(key, name), decision(), status=403)
            (step,) = app.get(f"{APPROVALS}/{key}/{name}")["value"]
            assert (step["assignedToMe"], step["status"]) == (False, "InProgress")
        assert demo.graph(demo.app(), "beta").get(f"{APPROVALS}/filterByCurrentUser(on='approver')")["value"] == []

    def test_permissions_of_the_token(self, matter, approver, demo):
        key = matter.ask()
        read, write = "RoleAssignmentSchedule.Read.Directory", "RoleAssignmentSchedule.ReadWrite.Directory"
        reader = demo.graph(approver, "beta", scopes=[read])
        assert reader.get(f"{APPROVALS}/{key}")["id"] == key
        reader.refused("PATCH", step_of(key), decision(), status=403)
        other = demo.graph(approver, "beta", scopes=["RoleEligibilitySchedule.ReadWrite.Directory"])
        other.refused("GET", f"{APPROVALS}/{key}", status=403)
        demo.graph(demo.app(read), "beta").get(f"{APPROVALS}/{key}")
        demo.graph(approver, "beta", scopes=[write]).patch(step_of(key), decision())

    def test_global_administrator_by_bobs_leave(self, demo, admin):
        carol = demo.people["carol"]
        order = Order(ASSIGNMENT, "selfActivate", carol.id, GLOBAL_ADMINISTRATOR, window=lasting("PT1H"))
        key = demo.sdk("carol").post(order).id
        demo.graph("alice", "beta").refused("PATCH", step_of(key), decision(), **UNAUTHORIZED)
        demo.graph("bob", "beta").patch(step_of(key), decision())
        assert admin.get(ASSIGNMENT, "requests", key).status == "Provisioned"
        wanted = f"roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}' and principalId eq '{carol.id}'"
        assert len(admin.list(ASSIGNMENT, "instances", filter=wanted)) == 1


class TestReading:
    def test_an_approval_and_its_step_before_and_after(self, matter, approver, demo):
        key = matter.ask()
        beta = demo.graph(approver, "beta")
        place = f"{beta.metadata}#roleManagement/directory/roleAssignmentApprovals"
        step = {
            "id": key, "displayName": None, "reviewedDateTime": None, "reviewResult": "NotReviewed", "status": "InProgress",
            "assignedToMe": True, "justification": "", "reviewedBy": None,
        }  # fmt: skip
        whole = beta.get(f"{APPROVALS}/{key}")
        assert list(whole.items()) == [
            ("@odata.context", f"{place}/$entity"), ("id", key), ("steps@odata.context", f"{place}('{key}')/steps"), ("steps", [step]),
        ]  # fmt: skip
        assert list(whole["steps"][0]) == list(step)
        assert beta.get(f"{APPROVALS}/{key}/steps") == {"@odata.context": f"{place}('{key}')/steps", "value": [step]}
        assert beta.get(step_of(key)) == {"@odata.context": f"{place}('{key}')/steps/$entity", **step}
        assert beta.get(f"{APPROVALS}/{key}", expand="steps")["steps"] == [step]
        assert beta.get(f"{APPROVALS}/{key}", expand="steps($select=status)")["steps"] == [{"status": "InProgress"}]
        assert set(beta.get(f"{APPROVALS}/{key}", select="id")) == {"@odata.context", "id"}
        # Those who wait see the same, but for whose it is.
        (seen,) = demo.graph(matter.person, "beta").get(f"{APPROVALS}/{key}/steps")["value"]
        assert seen == {**step, "assignedToMe": False}

        decided = demo.advance("PT7M45S")
        matter.decide(key, approver, "Approve", "Ticket checked, scope agreed")
        (after,) = beta.get(f"{APPROVALS}/{key}/steps")["value"]
        assert parse_time(after.pop("reviewedDateTime")) == decided
        reviewer = {"id": approver.id, "displayName": approver.name, "userPrincipalName": approver.upn, "mail": None}
        del step["reviewedDateTime"]
        changed = {"reviewResult": "Approve", "status": "Completed", "justification": "Ticket checked, scope agreed", "reviewedBy": reviewer}
        assert after == {**step, **changed}

    def test_v1_calls_them_stages(self, matter, approver, demo):
        key = matter.ask()
        v1 = demo.graph(approver)
        place = f"{v1.metadata}#roleManagement/directory/roleAssignmentApprovals"
        whole = v1.get(f"{APPROVALS}/{key}")
        assert list(whole) == ["@odata.context", "id", "stages@odata.context", "stages"]
        assert (whole["stages@odata.context"], whole["stages"][0]["status"]) == (f"{place}('{key}')/stages", "InProgress")
        v1.refused("GET", f"{APPROVALS}/{key}/steps", status=400)
        v1.patch(step_of(key, "stages"), decision("Deny"))
        (stage,) = v1.get(f"{APPROVALS}/{key}/stages")["value"]
        assert (stage["id"], stage["status"], stage["reviewResult"]) == (key, "Completed", "Deny")

    def test_beta_leads_to_the_request(self, matter, approver, demo):
        key = matter.ask()
        beta = demo.graph(approver, "beta")
        request = beta.get(f"{APPROVALS}/{key}/request")
        assert request.pop("@odata.context") == f"{beta.metadata}#roleManagement/directory/roleAssignmentScheduleRequests/$entity"
        assert (request["id"], request["status"], request["principalId"]) == (key, "PendingApproval", matter.person.id)
        assert beta.get(f"{APPROVALS}/{key}", expand="request")["request"] == request
        (row,) = beta.list(APPROVALS, expand="request($expand=principal)")
        assert row["request"]["principal"]["displayName"] == matter.person.name
        demo.graph(demo.new_person(), "beta").refused("GET", f"{APPROVALS}/{key}/request", **UNAUTHORIZED)
        # v1.0 knows no such navigation.
        demo.graph(approver).refused("GET", f"{APPROVALS}/{key}/request", status=400)

    def test_what_there_is_not(self, matter, approver, demo):
        key, other = matter.ask(), str(uuid.uuid4())
        beta = demo.graph(approver, "beta")
        for path in (f"{APPROVALS}/{other}", f"{APPROVALS}/{other}/steps", f"{APPROVALS}/none", f"{APPROVALS}/{key}/steps/{other}"):
            beta.refused("GET", path, **NO_APPROVAL)
        for path in (step_of(other), f"{APPROVALS}/{key}/steps/{other}"):
            beta.refused("PATCH", path, decision(), **NO_APPROVAL)
        # A request that never needed approval has none.
        person, role = demo.new_person(), demo.new_role()
        matter.admin.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
        made = demo.sdk(person).post(Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT1H")))
        assert made.approval_id is None
        demo.graph(person, "beta").refused("GET", f"{APPROVALS}/{made.id}", **NO_APPROVAL)

    @pytest.mark.parametrize(("method", "rest"), [("POST", ""), ("DELETE", "/{}"), ("PATCH", "/{}"), ("POST", "/{}/steps"), ("DELETE", "/{}/steps/{}")])
    def test_approvals_are_not_made_or_taken_away(self, method, rest, matter, demo):
        key = matter.ask()
        demo.graph("alice", "beta").refused(method, APPROVALS + rest.format(key, key), {}, status=405)

    def test_lists_before_and_after_the_decision(self, matter, approver, demo):
        key = matter.ask()
        beta, asked = demo.graph(approver, "beta"), demo.graph(matter.person, "beta")
        assert [it.id for it in waiting(matter, approver)] == [key]
        matter.decide(key, approver)
        assert waiting(matter, approver) == []
        (row,) = demo.sdk(approver).own(ASSIGNMENT, "requests", on="approver", expand=["roleDefinition", "principal"])
        assert (row.id, row.status, row.principal.id, row.role_definition.id) == (key, "Provisioned", matter.person.id, matter.role)
        # Who decided sees it still when others approve.
        matter.settle_on(user(demo.new_person()))
        assert [it.id for it in demo.sdk(approver).own(ASSIGNMENT, "requests", on="approver")] == [key]
        assert demo.sdk(approver).get(ASSIGNMENT, "requests", key).status == "Provisioned"

        page = beta.get(f"{APPROVALS}/filterByCurrentUser(on='approver')")
        assert page["@odata.context"] == f"{beta.metadata}#Collection(approval)"
        (row,) = page["value"]
        assert (row["@odata.type"], row["id"]) == ("#microsoft.graph.approval", key)
        assert row["steps"][0]["assignedToMe"] is True
        for on in ("target", "createdBy"):
            assert [it["id"] for it in asked.get(f"{APPROVALS}/filterByCurrentUser(on='{on}')")["value"]] == [key]
            assert beta.get(f"{APPROVALS}/filterByCurrentUser(on='{on}')")["value"] == []
        assert asked.get(f"{APPROVALS}/filterByCurrentUser(on='approver')")["value"] == []
        beta.refused("GET", f"{APPROVALS}/filterByCurrentUser(on='principal')", status=400)

    def test_the_list_holds_what_the_caller_may_see(self, matter, approver, admin, demo):
        first = matter.ask()
        matter.decide(first, approver, "Deny")
        second = matter.ask()
        reader = demo.new_person()
        admin.post(Order(ASSIGNMENT, "adminAssign", reader.id, GLOBAL_READER, window=permanent()))
        for caller in (approver, matter.person):
            graph = demo.graph(caller, "beta")
            assert {it["id"] for it in graph.list(APPROVALS)} == {first, second}
            assert graph.send("GET", f"{APPROVALS}/$count").text == "2"
            assert [it["id"] for it in graph.list(APPROVALS, filter=f"id eq '{first}'")] == [first]
        for caller in ("alice", "bob", reader, demo.app()):
            graph = demo.graph(caller, "beta")
            rows = graph.list(APPROVALS, top="1")
            assert {first, second} <= {it["id"] for it in rows}
            assert all(len(it["steps"]) == 1 for it in rows)
            assert graph.get(f"{APPROVALS}/{second}/steps")["value"][0]["status"] == "InProgress"
        page = demo.graph(approver, "beta").get(APPROVALS, top="1", count="true")
        assert (page["@odata.count"], len(page["value"])) == (2, 1)


def test_what_goes_beyond_graph_is_off(unnamed, approver, wire):
    """One stage and one approver, as Graph has it; what else a stage says is passed over."""
    rule = "Approval_EndUser_Assignment"
    path = f"{POLICIES}/{policy_id(wire, unnamed.role)}/rules/{rule}"
    more = {
        "approvalStageTimeOutInDays": 3, "isEscalationEnabled": True, "escalationTimeInMinutes": 5,
        "escalationApprovers": [user(approver)], "@tenure.quorum": 2,
    }  # fmt: skip
    unnamed.settle_on(user(approver), **more)
    (stage,) = get_rule(wire, unnamed.role, rule)["setting"]["approvalStages"]
    assert [stage[name] for name in more if name in stage] == [1, False, 0, []]
    assert "@tenure.quorum" not in stage
    two = {"setting": {"approvalStages": [{"primaryApprovers": [user(approver)]}, {}]}}
    wire.refused("PATCH", path, two, status=400, code="InvalidPolicy")
    key = unnamed.ask()
    (step,) = unnamed.demo.graph(approver, "beta").get(f"{APPROVALS}/{key}/steps")["value"]
    assert step["id"] == key
    unnamed.decide(key, approver)
    assert unnamed.outcome(key) == ("Provisioned", "Completed", "Approve")


def test_the_calls_of_easypim(matter, approver, demo):
    """`Get-PIMEntraRolePendingApproval`, `Approve-PIMEntraRolePendingApproval`, as their author wrote them."""
    key = matter.ask()
    graph = demo.graph(approver).named("EasyPIM")
    listed = graph.replay("GET", "/v1.0//roleManagement/directory/roleAssignmentScheduleRequests/filterByCurrentUser(on='approver')?$filter=status%20eq%20'PendingApproval'")
    (row,) = listed.json()["value"]
    assert (row["id"], row["approvalId"]) == (key, key)
    named = graph.replay("GET", f"/v1.0/directoryobjects/{row['principalId']}/")
    assert named.json()["displayName"] == matter.person.name
    read = graph.replay("GET", f"/beta/roleManagement/directory/roleAssignmentApprovals/{row['approvalId']}/")
    assert read.status_code == 200, read.text
    approval = read.json()
    assert [it["id"] for it in approval["steps"]] == [approval["id"]]
    decided = graph.replay(
        "PATCH",
        f"/beta/roleManagement/directory/roleAssignmentApprovals/{row['approvalId']}/steps/{approval['id']}",
        b'{"justification":"OK","reviewResult":"Approve"}',
        {"Content-Type": "application/json"},
    )
    assert (decided.status_code, decided.content) == (204, b""), decided.text
    assert matter.outcome(key) == ("Provisioned", "Completed", "Approve")


def waiting(matter: Matter, person) -> list:
    """What waits for somebody in the matter."""
    wanted = f"status eq 'PendingApproval' and roleDefinitionId eq '{matter.role}'"
    return matter.demo.sdk(person).own(ASSIGNMENT, "requests", on="approver", filter=wanted)


def add_member(demo, key: str, person) -> None:
    reference = {"@odata.id": f"{demo.base}/v1.0/directoryObjects/{person.id}"}
    demo.graph(demo.app()).post(f"/groups/{key}/members/$ref", reference, status=204)
