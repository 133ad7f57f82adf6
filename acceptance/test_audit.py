"""Audit rows: one for every change and refusal, in the change's own transaction, never another."""

import re

import pytest

from harness.graph import parse_time
from harness.messages import TOO_LONG, rules_failed
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.policy import set_rule
from harness.sdk import configured

PATH = "/auditLogs/directoryAudits"
ROW = [
    "id", "category", "correlationId", "result", "resultReason", "activityDisplayName", "activityDateTime",
    "loggedByService", "operationType", "initiatedBy", "targetResources", "additionalDetails",
]  # fmt: skip


@pytest.fixture
def log(demo, role):
    """The activities of PIM that concern this test's role, oldest first."""

    def read(service: str = "PIM") -> list[dict]:
        wanted = f"loggedByService eq '{service}' and targetResources/any(t:t/id eq '{role}')"
        return demo.graph(demo.app()).list(PATH, filter=wanted, orderby="activityDateTime asc")

    return read


def names(rows: list[dict]) -> list[str]:
    return [it["activityDisplayName"] for it in rows]


@pytest.mark.parametrize(
    ("side", "window", "words"),
    [
        (ASSIGNMENT, permanent(), "Add member to role in PIM {} (permanent)"),
        (ASSIGNMENT, lasting("P1D"), "Add member to role in PIM {} (timebound)"),
        (ELIGIBILITY, permanent(), "Add eligible member to role in PIM {} (permanent)"),
        (ELIGIBILITY, lasting("P1D"), "Add eligible member to role in PIM {} (timebound)"),
    ],
)
def test_an_assignment(side, window, words, role, admin, demo, log):
    made = admin.post(Order(side, "adminAssign", demo.people["erin"].id, role, window=window, justification="Rota"))
    rows = log()
    assert names(rows) == [words.format("requested"), words.format("completed")]
    for row in rows:
        assert set(row) == set(ROW)
        assert (row["category"], row["result"], row["resultReason"]) == ("RoleManagement", "success", "Rota")
        assert parse_time(row["activityDateTime"]) >= demo.START
        assert row["initiatedBy"]["app"] is None
        initiator = row["initiatedBy"]["user"]
        assert (initiator["id"], initiator["userPrincipalName"]) == (demo.people["alice"].id, demo.people["alice"].upn)
        kinds = [it["type"] for it in row["targetResources"]]
        assert kinds == ["Role", "Request", "User", "Directory", "Other"]
        of_role, request, subject, directory, _ = row["targetResources"]
        assert (of_role["id"], request["id"], subject["id"]) == (role, made.id, demo.people["erin"].id)
        assert directory["id"] == demo.tenant
        keys = [it["key"] for it in row["additionalDetails"]]
        assert keys[:4] == ["RoleDefinitionOriginId", "RoleDefinitionOriginType", "TemplateId", "StartTime"]
        assert (keys[4] == "ExpirationTime") == (window.type != "noExpiration")
        assert re.fullmatch(rf"PIM_[0-9a-f-]{{36}}_{demo.tenant}_\d+", row["id"])
    assert len({it["correlationId"] for it in rows}) == 1
    assert len({it["id"] for it in rows}) == 2
    assert [it["operationType"] for it in rows] == ["Create", "Update"]


def test_an_activation_and_its_end(role, admin, demo, log):
    erin = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
    before = len(log())
    demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H"), justification="Ticket 8841"))
    asked, completed = log()[before:]
    assert names([asked, completed]) == [
        "Add member to role requested (PIM activation)",
        "Add member to role completed (PIM activation)",
    ]
    assert completed["resultReason"] == "Ticket 8841"
    details = {it["key"]: it["value"] for it in completed["additionalDetails"]}
    assert details["AuditType"] == "ActivateRole" and details["IsAuthenticatedWithMfa"] == "True"
    assert parse_time(details["StartTime"]) == demo.now() and parse_time(details["ExpirationTime"]) == demo.at(hours=1)
    demo.advance("PT1H")
    ended = log()[-1]
    assert ended["activityDisplayName"] == "Remove member from role (PIM activation expired)"
    assert ended["initiatedBy"]["user"]["displayName"] == "Azure AD PIM"


def test_a_deactivation(role, admin, demo, log):
    erin = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
    activation = Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H"))
    demo.sdk("erin").post(activation)
    before = len(log())
    deactivation = activation.but(action="selfDeactivate", window=None)
    demo.sdk("erin").refused(deactivation, status=400, code="ActiveDurationTooShort")
    demo.advance("PT5M")
    demo.sdk("erin").post(deactivation)
    early, asked, done = log()[before:]
    assert (early["result"], early["resultReason"]) == ("failure", "ActiveDurationTooShort")
    assert names([early, asked, done]) == [
        "Remove member from role requested (PIM deactivate)",
        "Remove member from role requested (PIM deactivate)",
        "Remove member from role completed (PIM deactivate)",
    ]


def test_a_refusal_by_a_rule(role, admin, demo, log):
    erin = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
    activation = Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("P1D"))
    demo.sdk("erin").refused(activation, **rules_failed(TOO_LONG))
    row = log()[-1]
    assert (row["activityDisplayName"], row["result"]) == ("Add member to role requested (PIM activation)", "failure")
    assert row["resultReason"] == "RoleAssignmentRequestPolicyValidationFailed"


def test_waiting_and_canceling(role, admin, demo, log, wire):
    erin = demo.people["erin"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
    set_rule(wire, role, "Approval", "Approval_EndUser_Assignment", setting={"isApprovalRequired": True})
    before = len(log())
    asked = demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H")))
    demo.sdk("erin").cancel(ASSIGNMENT, asked.id)
    assert names(log()[before:]) == [
        "Add member to role requested (PIM activation)",
        "Add member to role approval requested (PIM activation)",
        "Add member to role canceled (PIM activation)",
    ]


@pytest.mark.parametrize(
    ("side", "words"),
    [
        (ASSIGNMENT, "Remove member from role in PIM {} (permanent)"),
        (ELIGIBILITY, "Remove eligible member from role in PIM {} (permanent)"),
    ],
)
def test_a_removal(side, words, role, admin, demo, log):
    order = Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent())
    admin.post(order)
    demo.advance("PT5M")
    before = len(log())
    admin.post(order.but(action="adminRemove", window=None))
    assert names(log()[before:]) == [words.format("requested"), words.format("completed")]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("adminUpdate", ["Process role update request"]),
        ("adminExtend", ["Update member in PIM requested (extend)"]),
    ],
)
def test_a_change(action, words, role, admin, demo, log):
    order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D"))
    admin.post(order)
    demo.advance("PT5M")
    before = len(log())
    admin.post(order.but(action=action, window=lasting("P2D")))
    assert names(log()[before:])[: len(words)] == words


def test_a_setting(role, demo, wire, log):
    set_rule(wire, role, "Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT2H")
    (row,) = log()
    assert row["activityDisplayName"] == "Update role setting in PIM"
    assert row["resultReason"].startswith("Setting changes in this session:") and "02:00:00" in row["resultReason"]
    assert row["targetResources"][0]["id"] == role
    assert {"key": "AuditType", "value": "UpdatePolicy"} in row["additionalDetails"]


def test_the_directorys_own_row(role, admin, demo, log):
    admin.post(Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    (row,) = [it for it in log("Core Directory") if it["activityDisplayName"] == "Add member to role"]
    assert row["operationType"] == "Assign"
    assert row["initiatedBy"]["app"]["displayName"] == "MS-PIM" and row["initiatedBy"]["user"] is None
    assert [it["type"] for it in row["targetResources"]] == ["User", "Role"]


def test_an_applications_row(role, demo, log):
    demo.sdk(demo.app()).post(Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    row = log()[0]
    assert row["initiatedBy"]["user"] is None
    assert row["initiatedBy"]["app"]["appId"] == demo.facts["app"]["appId"]


class TestReading:
    def test_filters_of_clients(self, role, admin, demo, wire):
        erin, alice = demo.people["erin"].id, demo.people["alice"]
        admin.post(Order(ASSIGNMENT, "adminAssign", erin, role, window=lasting("P1D")))
        since = demo.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        until = demo.at(hours=1).strftime("%Y-%m-%dT%H:%M:%SZ")
        about = f"targetResources/any(t:t/id eq '{role}')"
        for text, count in [
            (f"loggedByService eq 'PIM' and {about}", 2),
            (f"loggedByService eq 'PIM' and activityDateTime ge {since} and activityDateTime le {until} and {about}", 2),
            (f"activityDisplayName eq 'Add member to role in PIM completed (timebound)' and {about}", 1),
            (f"startswith(activityDisplayName,'add member to role in pim') and {about}", 2),
            (f"category eq 'RoleManagement' and loggedByService eq 'PIM' and {about}", 2),
            (f"result eq 'failure' and {about}", 0),
            (f"initiatedBy/user/id eq '{alice.id}' and loggedByService eq 'PIM' and {about}", 2),
            (f"initiatedBy/user/userPrincipalName eq '{alice.upn}' and loggedByService eq 'PIM' and {about}", 2),
            (f"targetResources/any(t:t/id eq '{erin}') and loggedByService eq 'PIM' and {about}", 2),
            (f"activityDateTime gt {until} and {about}", 0),
        ]:
            assert len(wire.list(PATH, filter=text)) == count, text

    def test_newest_first(self, wire, demo):
        rows = wire.list(PATH)
        times = [parse_time(it["activityDateTime"]) for it in rows]
        assert times == sorted(times, reverse=True)
        assert len({it["id"] for it in rows}) == len(rows)

    def test_one(self, wire):
        row = wire.get(PATH, top="1")["value"][0]
        one = wire.get(f"{PATH}/{row['id']}")
        assert one.pop("@odata.context") == f"{wire.metadata}#auditLogs/directoryAudits/$entity"
        assert one == row
        wire.refused("GET", f"{PATH}/PIM_none", status=404)

    def test_through_the_sdk(self, admin):
        builder = admin.client.audit_logs.directory_audits
        options = configured(builder, filter="loggedByService eq 'PIM'", orderby=["activityDateTime desc"], top=5)
        rows = admin.run(builder.get(options)).value
        assert rows and all(it.logged_by_service == "PIM" and it.target_resources for it in rows)

    def test_pages(self, wire):
        everything = wire.list(PATH)
        assert [it["id"] for it in wire.list(PATH, top="3")] == [it["id"] for it in everything]

    def test_read_only(self, wire):
        row = wire.get(PATH, top="1")["value"][0]
        wire.refused("DELETE", f"{PATH}/{row['id']}", status=405)
        wire.refused("PATCH", f"{PATH}/{row['id']}", {"result": "failure"}, status=405)
        wire.refused("POST", PATH, row, status=405)

    @pytest.mark.parametrize("who", ["erin", "carol"])
    def test_only_for_readers(self, who, demo):
        demo.graph(who).refused("GET", PATH, status=403, code="Authentication_RequestFromUnsupportedUserRole")

    def test_only_with_the_permission(self, demo):
        narrow = demo.graph("alice", scopes=["RoleManagement.ReadWrite.Directory"])
        narrow.refused("GET", PATH, status=403, code="Authentication_MSGraphPermissionMissing")


def test_reads_and_refusals_for_want_of_rights_leave_no_row(role, demo, wire, log):
    order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent())
    demo.sdk("erin").refused(order, status=403, code="UnauthorizedAccessException")
    wire.list(ASSIGNMENT.instances)
    assert log() == []


class TestSignIns:
    """Who got a token, and who did not."""

    @pytest.fixture
    def sign_ins(self, demo):
        """Rows of sign-ins of one principal, the oldest first."""

        def read(principal: str) -> list[tuple[str, str]]:
            wanted = f"category eq 'Authentication' and targetResources/any(t:t/id eq '{principal}')"
            rows = demo.graph(demo.app()).list(PATH, filter=wanted, orderby="activityDateTime asc")
            assert {it["activityDisplayName"] for it in rows} <= {"Sign-in activity"}
            return [(it["result"], it["resultReason"]) for it in rows]

        return read

    def secret(self, demo, secret: str) -> int:
        form = {
            "grant_type": "client_credentials",
            "client_id": demo.facts["app"]["appId"],
            "client_secret": secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        return demo.http.post(f"/{demo.tenant}/oauth2/v2.0/token", data=form).status_code

    def test_an_application_with_its_secret_and_with_another(self, demo, sign_ins):
        filter_ = f"appId eq '{demo.facts['app']['appId']}'"
        (application,) = demo.graph(demo.app()).list("/servicePrincipals", filter=filter_)
        before = len(sign_ins(application["id"]))
        assert self.secret(demo, demo.facts["app"]["clientSecret"]) == 200
        assert self.secret(demo, "guess") == 401
        # Whoever reads the log signs in as well.
        rows = sign_ins(application["id"])[before:]
        assert rows.count(("failure", "invalid_client")) == 1
        assert rows.index(("success", "")) < rows.index(("failure", "invalid_client"))

    def test_guessing_does_not_fill_the_log(self, demo, sign_ins):
        filter_ = f"appId eq '{demo.facts['app']['appId']}'"
        (application,) = demo.graph(demo.app()).list("/servicePrincipals", filter=filter_)
        demo.advance("PT2M")
        before = len(sign_ins(application["id"]))
        for _ in range(70):
            assert self.secret(demo, "guess") == 401
        after = [it for it in sign_ins(application["id"])[before:] if it[0] == "failure"]
        assert len(after) == 60

    def test_a_user(self, demo, sign_ins):
        erin = demo.people["erin"].id
        before = len(sign_ins(erin))
        answer = demo.http.post("/ext/v1/demo/token", json={"user": "erin@demo.example"})
        assert answer.status_code == 200
        assert sign_ins(erin)[before:] == [("success", "")]
