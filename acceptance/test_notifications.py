"""Who is told of what: each event with the rules as they are by default, each of the nine rules switched,
reminders, and what people wrote. The demo's outbox shows the messages."""

import pytest

from harness.order import ASSIGNMENT, DIRECTORY, ELIGIBILITY, Order, lasting, permanent, until
from harness.policy import POLICIES, policy_id, rule, set_rule

ADMINISTRATORS = {"alice@demo.example", "bob@demo.example"}
ALICE, BOB = "alice@demo.example", "bob@demo.example"
APPROVALS = f"{DIRECTORY}/roleAssignmentApprovals"


class Told:
    """What was told about one role, and of nothing else."""

    def __init__(self, demo, name: str):
        self.demo, self.name = demo, name
        self.seen = len(self._rows())

    def _rows(self) -> list[dict]:
        answer = self.demo.http.get("/ext/v1/demo/outbox")
        assert answer.status_code == 200, answer.text
        rows = answer.json()["value"]
        assert all(set(it) == {"to", "subject", "text", "event", "ruleId", "createdDateTime"} for it in rows)
        return [it for it in reversed(rows) if self.name in it["subject"]]

    def messages(self) -> list[dict]:
        """Those since the last look, the oldest first."""
        rows = self._rows()
        new, self.seen = rows[self.seen :], len(rows)
        return new

    def look(self) -> dict[tuple, set[str]]:
        """Event and rule of each message since the last look, with its recipients."""
        messages = self.messages()
        found = {(it["event"], it["ruleId"]): set(it["to"]) for it in messages}
        assert len(found) == len(messages), f"told twice: {messages}"
        assert all(len(set(it["to"])) == len(it["to"]) for it in messages)
        return found


class Case:
    """A fresh role that a fresh person, with a mailbox, is eligible for."""

    def __init__(self, demo, admin, wire):
        self.demo, self.admin, self.wire = demo, admin, wire
        self.name = f"Notified role {demo._roles}"
        self.role = demo.new_role(name=self.name)
        self.person = with_mailbox(demo, demo.new_person())
        self.mail = self.person.upn
        self.told = Told(demo, self.name)

    def order(self, side, action, window=None, by=None, **more):
        order = Order(side, action, self.person.id, self.role, window=window, **more)
        return (self.demo.sdk(by) if by else self.admin).post(order)

    def eligible(self, window=None):
        self.order(ELIGIBILITY, "adminAssign", window or permanent())
        self.told.look()
        return self

    def activate(self, **more):
        return self.order(ASSIGNMENT, "selfActivate", lasting("PT2H"), by=self.person, **more)

    def ask_approval_of(self, *approvers):
        named = [{"@odata.type": "#microsoft.graph.singleUser", "userId": it.id} for it in approvers]
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": named}]}
        set_rule(self.wire, self.role, "Approval", "Approval_EndUser_Assignment", setting=setting)
        self.told.look()

    def decide(self, key: str, by, result: str):
        step = f"{APPROVALS}/{key}/steps/{key}"
        self.demo.graph(by, "beta").patch(step, {"reviewResult": result, "justification": "Checked"})


def with_mailbox(demo, person, **mailbox):
    demo.graph(demo.app()).patch(f"/users/{person.id}", mailbox or {"mail": person.upn})
    return person


@pytest.fixture
def case(demo, admin, wire) -> Case:
    return Case(demo, admin, wire)


@pytest.fixture
def approvers(demo):
    return [with_mailbox(demo, demo.new_person()) for _ in range(2)]


class TestEvents:
    @pytest.mark.parametrize("side", (ELIGIBILITY, ASSIGNMENT), ids=lambda it: it.word)
    def test_what_administrators_do(self, case, side, demo):
        admins = f"Notification_Admin_Admin_{side.title}"
        principal = f"Notification_Requestor_Admin_{side.title}"
        case.order(side, "adminAssign", lasting("P30D"))
        assert case.told.look() == {("assigned", admins): ADMINISTRATORS, ("assigned", principal): {case.mail}}
        demo.advance("PT10M")
        case.order(side, "adminUpdate", lasting("P40D"))
        assert case.told.look() == {("updated", admins): {BOB}, ("updated", principal): {case.mail}}
        demo.advance("PT10M")
        case.order(side, "adminRemove")
        assert case.told.look() == {("removed", admins): ADMINISTRATORS, ("removed", principal): {case.mail}}

    def test_an_activation(self, case, demo):
        case.eligible().activate()
        assert case.told.look() == {
            ("activated", "Notification_Admin_EndUser_Assignment"): ADMINISTRATORS,
            ("activated", "Notification_Requestor_EndUser_Assignment"): {case.mail},
        }
        demo.advance("PT10M")
        case.order(ASSIGNMENT, "selfDeactivate", by=case.person)
        demo.advance("P1D")
        assert case.told.look() == {}

    def test_an_activation_for_later_is_told_of_when_it_begins(self, case, demo):
        case.eligible()
        case.order(ASSIGNMENT, "selfActivate", lasting("PT1H", start=demo.at(hours=3)), by=case.person)
        assert case.told.look() == {}
        demo.advance("PT3H")
        assert [event for event, _ in case.told.look()] == ["activated", "activated"]

    @pytest.mark.parametrize("result", ("Approve", "Deny"))
    def test_an_approval(self, case, approvers, result):
        first, second = approvers
        case.eligible()
        case.ask_approval_of(first, second)
        key = case.activate().id
        approver, requestor = "Notification_Approver_EndUser_Assignment", "Notification_Requestor_EndUser_Assignment"
        assert case.told.look() == {("approvalRequested", approver): {first.upn, second.upn}}
        case.decide(key, first, result)
        told = {("approvalDecided", approver): {second.upn}, ("approvalDecided", requestor): {case.mail}}
        if result == "Approve":
            told |= {("activated", "Notification_Admin_EndUser_Assignment"): ADMINISTRATORS}
        assert case.told.look() == told

    def test_where_nobody_is_named_administrators_are_asked(self, case):
        case.eligible()
        case.ask_approval_of()
        case.activate()
        assert case.told.look() == {
            ("approvalRequested", "Notification_Approver_EndUser_Assignment"): ADMINISTRATORS
        }

    def test_reminders_until_nobody_can_decide_any_more(self, case, approvers, demo):
        case.eligible()
        case.ask_approval_of(*approvers)
        case.activate()
        case.told.look()
        approver, requestor = "Notification_Approver_EndUser_Assignment", "Notification_Requestor_EndUser_Assignment"
        both = {it.upn for it in approvers}
        demo.advance("PT11H59M")
        assert case.told.look() == {}
        demo.advance("PT1M")
        assert case.told.look() == {("approvalReminder", approver): both}
        demo.advance("PT9H36M")
        assert case.told.look() == {("approvalReminder", approver): both}
        demo.advance("PT2H24M")
        assert case.told.look() == {("approvalExpired", approver): both, ("approvalExpired", requestor): {case.mail}}

    def test_a_request_that_is_withdrawn(self, case, approvers, demo):
        case.eligible()
        case.ask_approval_of(*approvers)
        key = case.activate().id
        case.told.look()
        demo.sdk(case.person).cancel(ASSIGNMENT, key)
        assert {event for event, _ in case.told.look()} == {"requestCanceled"}
        # Nobody is reminded of what was withdrawn.
        demo.advance("P2D")
        assert case.told.look() == {}

    @pytest.mark.parametrize("side", (ELIGIBILITY, ASSIGNMENT), ids=lambda it: it.word)
    def test_ends_are_told_of_before_and_after(self, case, side, demo):
        admins = f"Notification_Admin_Admin_{side.title}"
        principal = f"Notification_Requestor_Admin_{side.title}"
        case.order(side, "adminAssign", until(demo.at(days=20)))
        case.told.look()
        for wait, event in (("P6D", "ending"), ("P13D", "ending"), ("P1D", "ended")):
            demo.advance(wait)
            assert case.told.look() == {(event, admins): ADMINISTRATORS, (event, principal): {case.mail}}, wait

    def test_of_several_reminders_that_are_late_one_is_enough(self, case, demo):
        case.order(ELIGIBILITY, "adminAssign", lasting("P20D"))
        case.told.look()
        demo.advance("P19DT12H")
        assert {event for event, _ in case.told.look()} == {"ending"}

    def test_an_extension_that_is_asked_for_and_given(self, case, demo):
        case.order(ELIGIBILITY, "adminAssign", lasting("P10D"))
        case.told.look()
        case.order(ELIGIBILITY, "selfExtend", lasting("P30D"), by=case.person)
        assert case.told.look() == {
            ("extensionRequested", "Notification_Approver_Admin_Eligibility"): ADMINISTRATORS
        }
        demo.advance("PT10M")
        case.order(ELIGIBILITY, "adminExtend", lasting("P30D"))
        assert case.told.look() == {
            ("extensionDecided", "Notification_Admin_Admin_Eligibility"): {BOB},
            ("extensionDecided", "Notification_Requestor_Admin_Eligibility"): {case.mail},
        }

    def test_settings(self, case):
        set_rule(case.wire, case.role, "Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT3H")
        (message,) = case.told.messages()
        assert (message["event"], message["ruleId"], set(message["to"])) == ("settingsChanged", None, ADMINISTRATORS)
        assert "before: 08:00:00" in message["text"] and "after:  03:00:00" in message["text"]
        # What changes nothing is not told.
        set_rule(case.wire, case.role, "Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT3H")
        assert case.told.messages() == []

    def test_what_is_refused_or_only_validated_is_told_to_nobody(self, case, demo):
        case.eligible()
        order = Order(ASSIGNMENT, "selfActivate", case.person.id, case.role, window=lasting("PT2H"))
        demo.sdk(case.person).post(order.but(validation_only=True))
        demo.sdk(case.person).refused(
            order.but(justification=None), status=400, code="RoleAssignmentRequestPolicyValidationFailed"
        )
        assert case.told.look() == {}

    def test_a_week(self, demo):
        told = Told(demo, "Week ")
        demo.advance("P7D")
        (message,) = told.messages()
        assert (message["event"], message["ruleId"], set(message["to"])) == ("weeklyDigest", None, ADMINISTRATORS)
        assert "Standing Global Administrators: 1\n" in message["text"]
        demo.advance("PT1H")
        assert told.messages() == []


# Each rule, with something that happens under it, and whether `Critical` lets that through.
RULES = [
    ("Notification_Admin_Admin_Eligibility", "assigned", False),
    ("Notification_Requestor_Admin_Eligibility", "assigned", False),
    ("Notification_Approver_Admin_Eligibility", "extensionRequested", True),
    ("Notification_Admin_Admin_Assignment", "assigned", False),
    ("Notification_Requestor_Admin_Assignment", "assigned", False),
    ("Notification_Approver_Admin_Assignment", "extensionRequested", True),
    ("Notification_Admin_EndUser_Assignment", "activated", False),
    ("Notification_Requestor_EndUser_Assignment", "activated", False),
    ("Notification_Approver_EndUser_Assignment", "approvalRequested", True),
]
SWITCHES = {
    "off": ({"isDefaultRecipientsEnabled": False, "notificationRecipients": []}, lambda default, _: set()),
    "further": ({"notificationRecipients": ["soc@corp.example"]}, lambda default, _: default | {"soc@corp.example"}),
    "only": (
        {"isDefaultRecipientsEnabled": False, "notificationRecipients": ["soc@corp.example"]},
        lambda default, _: {"soc@corp.example"},
    ),
    "none": ({"notificationLevel": "None", "notificationRecipients": ["soc@corp.example"]}, lambda default, _: set()),
    "critical": ({"notificationLevel": "Critical"}, lambda default, is_critical: default if is_critical else set()),
}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize(("name", "event", "is_critical"), RULES, ids=[it[0] for it in RULES])
def test_each_rule_switches_its_mail(case, demo, name, event, is_critical, switch):
    settings, expected = SWITCHES[switch]
    side = ELIGIBILITY if name.endswith("Eligibility") else ASSIGNMENT
    if "_EndUser_" in name:
        case.eligible()
    if event == "approvalRequested":
        case.ask_approval_of()
    if event == "extensionRequested":
        case.order(side, "adminAssign", lasting("P10D"))
    set_rule(case.wire, case.role, "Notification", name, **settings)
    case.told.look()
    match event:
        case "assigned":
            case.order(side, "adminAssign", lasting("P10D"))
        case "extensionRequested":
            case.order(side, "selfExtend", lasting("P20D"), by=case.person)
        case _:
            case.activate()
    default = {case.mail} if "_Requestor_" in name else ADMINISTRATORS
    assert case.told.look().get((event, name), set()) == expected(default, is_critical)


class TestRecipients:
    def test_the_members_of_a_group(self, case, demo):
        group = demo.assignable_group("carol")
        members = {it["mail"] for it in demo.graph("alice").list(f"/groups/{group}/members")}
        case.admin.post(Order(ELIGIBILITY, "adminAssign", group, case.role, window=permanent()))
        told = case.told.look()
        assert "carol@demo.example" in members
        assert told["assigned", "Notification_Requestor_Admin_Eligibility"] == members

    def test_whoever_has_no_mailbox_gets_mail_at_another_address(self, case, demo):
        with_mailbox(demo, case.person, mail=None, otherMails=["private@corp.example"])
        case.order(ELIGIBILITY, "adminAssign", permanent())
        assert case.told.look()["assigned", "Notification_Requestor_Admin_Eligibility"] == {"private@corp.example"}

    def test_whoever_has_no_address_gets_none(self, case, demo):
        with_mailbox(demo, case.person, mail=None)
        case.order(ELIGIBILITY, "adminAssign", permanent())
        assert set(case.told.look()) == {("assigned", "Notification_Admin_Admin_Eligibility")}

    def test_one_address_gets_a_message_once(self, case):
        named = {"notificationRecipients": ["ALICE@demo.example", "soc@corp.example"]}
        set_rule(case.wire, case.role, "Notification", "Notification_Admin_Admin_Eligibility", **named)
        case.told.look()
        case.order(ELIGIBILITY, "adminAssign", permanent())
        told = case.told.look()["assigned", "Notification_Admin_Admin_Eligibility"]
        assert told == ADMINISTRATORS | {"soc@corp.example"}

    @pytest.mark.parametrize(
        "address", ("soc", "a b@corp.example", "Soc <soc@corp.example>", "soc@corp.example\r\nBcc: all@corp.example")
    )
    def test_what_is_no_address_is_refused_and_changes_nothing(self, case, address):
        name = "Notification_Admin_EndUser_Assignment"
        path = f"{POLICIES}/{policy_id(case.wire, case.role)}/rules/{name}"
        before = case.wire.get(path)
        body = rule("Notification", name, notificationRecipients=["soc@corp.example", address])
        refusal = case.wire.refused("PATCH", path, body, status=400, code="InvalidPolicy")
        assert "notificationRecipients" in str(refusal.details)
        assert case.wire.get(path) == before


class TestWhatPeopleWrote:
    HOSTILE = '"><script>alert(1)</script>\r\nBcc: everybody@corp.example\r\n\r\nSent to: nobody'

    def test_stays_what_it_is(self, case, demo):
        demo.graph(demo.app()).patch(f"/users/{case.person.id}", {"displayName": "Mallory\r\nBcc: x@corp.example"})
        case.eligible()
        case.activate(justification=self.HOSTILE, ticket=("1\r\n2", "Desk"))
        messages = case.told.messages()
        assert {it["event"] for it in messages} == {"activated"}
        for message in messages:
            assert "\n" not in message["subject"] and "\r" not in message["subject"]
            lines = message["text"].splitlines()
            assert not any(line.startswith("Bcc:") for line in lines)
            assert [line for line in lines if line.startswith("Sent to:")] == [f"Sent to: {', '.join(message['to'])}"]
            assert '  | "><script>alert(1)</script>' in lines

    def test_a_message_says_what_one_needs_to_know(self, case, approvers):
        case.eligible()
        case.ask_approval_of(approvers[0])
        key = case.activate(justification="Quarter end", ticket=("CHG-7", "Desk")).id
        (message,) = case.told.messages()
        assert message["subject"].startswith(f"PIM: {case.person.name} asks to activate {case.name} (2 h) — decide by ")
        for line in (f"Person: {case.person.name}", "Justification: Quarter end", "Ticket: Desk CHG-7", f"Request: {key}"):
            assert line in message["text"].splitlines(), message["text"]
