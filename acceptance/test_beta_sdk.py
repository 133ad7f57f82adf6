"""The beta SDK where v1.0's has nothing: approvals, from asking to deciding."""

import pytest

from harness.messages import DECIDED, NO_APPROVAL, UNAUTHORIZED
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.sdk import configured, declared
from harness.settings import Settings

pytestmark = pytest.mark.beta


class Approvals:
    """The approvals as one caller has them."""

    def __init__(self, sdk):
        self.sdk = sdk
        self.builder = sdk.directory.role_assignment_approvals

    def own(self, on: str) -> list:
        return self._read(self.builder.filter_by_current_user_with_on(on)).value

    def get(self, key: str, **query):
        return self._read(self.builder.by_approval_id(key), **query)

    def step(self, key: str):
        """The one step."""
        (step,) = self.get(key).steps
        return step

    def steps(self, key: str) -> list:
        return self._read(self.builder.by_approval_id(key).steps).value

    def decide(self, key: str, result: str, justification: str | None = "Checked") -> None:
        assert self.sdk.run(self._decision(key, result, justification)) is None

    def refused(self, key: str, result: str = "Approve", justification: str | None = "Checked", **refusal):
        return self.sdk.refused(self._decision(key, result, justification), **refusal)

    def _decision(self, key: str, result: str, justification: str | None):
        item = self.builder.by_approval_id(key).steps.by_approval_step_id(key)
        return item.patch(self.sdk.models.ApprovalStep(review_result=result, justification=justification))

    def _read(self, builder, **query):
        answer = self.sdk.run(builder.get(configured(builder, **query)))
        for each in getattr(answer, "value", None) or [answer]:
            declared(each)
        return answer


@pytest.fixture
def admin(demo):
    """The administrator, through the beta SDK."""
    return demo.sdk("alice", "beta")


@pytest.fixture
def settings(admin, role) -> Settings:
    return Settings(admin, role)


@pytest.fixture
def approver(demo, settings):
    """The approver of the role, and nobody else."""
    person = demo.new_person()
    settings.require_approval(settings.user(person.id))
    return person


@pytest.fixture
def approvals(demo):
    """Of any person."""
    return lambda person: Approvals(demo.sdk(person, "beta"))


@pytest.fixture
def ask(demo, admin, person, role):
    """Asks for the role, as the person who is eligible for it; answers the request's id."""
    admin.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
    order = Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT2H"))

    def asked() -> str:
        made = demo.sdk(person, "beta").post(order)
        assert (made.status, made.approval_id) == ("PendingApproval", made.id)
        return made.id

    return asked


@pytest.fixture
def outcome(admin, approvals):
    """Of a request and its step."""

    def read(key: str) -> tuple[str, str, str]:
        step = approvals("alice").step(key)
        return admin.get(ASSIGNMENT, "requests", key).status, step.status, step.review_result

    return read


def test_schedules(admin, role, demo):
    made = admin.post(Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    read = admin.get(ASSIGNMENT, "schedules", made.id)
    assert (read.id, read.created_using, read.assignment_type) == (made.id, made.id, "Assigned")


class TestReading:
    def test_what_waits_for_whom(self, ask, approver, person, approvals):
        key = ask()
        (approval,) = approvals(approver).own("approver")
        assert approval.id == key
        (step,) = approval.steps
        assert (step.id, step.status, step.review_result) == (key, "InProgress", "NotReviewed")
        assert (step.assigned_to_me, step.justification) == (True, "")
        assert (step.reviewed_by, step.reviewed_date_time) == (None, None)
        assert approvals(person).own("approver") == []
        for on in ("target", "createdBy"):
            assert [it.id for it in approvals(person).own(on)] == [key]

    def test_an_approval_and_its_steps(self, ask, approver, approvals):
        key, mine = ask(), approvals(approver)
        for approval in (mine.get(key), mine.get(key, expand=["steps"])):
            # Comparing the models would compare who they are; their text has all that they hold.
            assert (approval.id, repr(approval.steps)) == (key, repr(mine.steps(key)))
        item = mine.builder.by_approval_id(key).steps.by_approval_step_id(key)
        read = mine.sdk.run(item.get())
        assert (read.id, read.status, read.assigned_to_me) == (key, "InProgress", True)
        assert mine.sdk.run(mine.builder.count.get()) == mine.sdk.run(mine.builder.by_approval_id(key).steps.count.get()) == 1

    def test_nothing_is_assigned_to_who_asked(self, ask, approver, person, approvals):
        key = ask()
        assert approvals(person).step(key).assigned_to_me is False
        approvals(person).refused(key, **UNAUTHORIZED)
        assert approvals(approver).step(key).status == "InProgress"

    def test_an_unknown_one(self, approver, approvals):
        mine = approvals(approver)
        unknown = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"
        mine.sdk.refused(mine.builder.by_approval_id(unknown).get(), **NO_APPROVAL)
        mine.refused(unknown, **NO_APPROVAL)


class TestDeciding:
    def test_approve(self, ask, approver, approvals, outcome, admin, demo):
        key = ask()
        decided = demo.advance("PT30M")
        approvals(approver).decide(key, "Approve", "Ticket checked")
        assert outcome(key) == ("Provisioned", "Completed", "Approve")
        step = approvals(approver).step(key)
        assert (step.justification, step.reviewed_date_time) == ("Ticket checked", decided)
        assert (step.reviewed_by.id, step.reviewed_by.display_name) == (approver.id, approver.name)
        request = admin.get(ASSIGNMENT, "requests", key)
        assert request.schedule_info.start_date_time == decided
        assert admin.get(ASSIGNMENT, "schedules", request.target_schedule_id).assignment_type == "Activated"

    def test_deny(self, ask, approver, approvals, outcome, admin, role):
        key = ask()
        approvals(approver).decide(key, "Deny", "Not today")
        assert outcome(key) == ("Denied", "Completed", "Deny")
        assert approvals(approver).step(key).justification == "Not today"
        assert admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'") == []

    def test_by_a_member_of_a_group(self, ask, settings, approvals, outcome, demo):
        settings.require_approval(settings.group(demo.assignable_group("carol")))
        key, carol = ask(), approvals("carol")
        assert key in [it.id for it in carol.own("approver")]
        assert carol.step(key).assigned_to_me is True
        carol.decide(key, "Approve")
        assert outcome(key) == ("Provisioned", "Completed", "Approve")

    def test_once(self, ask, approver, approvals, outcome):
        key = ask()
        approvals(approver).decide(key, "Deny")
        approvals(approver).refused(key, **DECIDED)
        assert outcome(key) == ("Denied", "Completed", "Deny")

    @pytest.mark.parametrize(("result", "justification"), [("Approve", None), ("Deny", " "), ("NotReviewed", "Checked")])
    def test_with_a_reason_and_yes_or_no(self, result, justification, ask, approver, approvals, outcome):
        key = ask()
        approvals(approver).refused(key, result, justification, status=400, code="BadRequest")
        assert outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")


class TestComingToNothing:
    def test_in_a_day(self, ask, approver, approvals, outcome, demo):
        key = ask()
        demo.advance("PT23H59M59S")
        assert outcome(key) == ("PendingApproval", "InProgress", "NotReviewed")
        demo.advance("PT1S")
        assert outcome(key) == ("Denied", "Expired", "NotReviewed")
        approvals(approver).refused(key, **DECIDED)

    def test_by_cancelling(self, ask, approver, person, approvals, outcome, demo):
        key = ask()
        demo.sdk(person, "beta").cancel(ASSIGNMENT, key)
        assert outcome(key) == ("Canceled", "Completed", "NotReviewed")
        approvals(approver).refused(key, **DECIDED)
