"""Role settings: every role's policy and its seventeen rules, read, changed, and deciding requests."""

import json

import pytest

from harness.messages import (
    NO_JUSTIFICATION,
    NO_MFA,
    NO_TICKET,
    PERMANENT,
    TOO_LONG,
    context_required,
    rules_failed,
)
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent, until
from harness.policy import ASSIGNMENTS, POLICIES, get_rule, of_role, policy_id, rule, set_rule

USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
TEAMS_ADMINISTRATOR = "69091246-20e8-4a56-aa4d-066075b2a7a8"
ALL_OF_THE_TENANT = "scopeId eq '/' and scopeType eq 'DirectoryRole'"


def notification(recipient: str) -> dict:
    return {
        "notificationType": "Email",
        "recipientType": recipient,
        "notificationLevel": "All",
        "isDefaultRecipientsEnabled": True,
        "notificationRecipients": [],
    }


STAGE = {
    "approvalStageTimeOutInDays": 1,
    "isApproverJustificationRequired": True,
    "escalationTimeInMinutes": 0,
    "isEscalationEnabled": False,
    "primaryApprovers": [],
    "escalationApprovers": [],
}
APPROVAL = {
    "isApprovalRequired": False,
    "isApprovalRequiredForExtension": False,
    "isRequestorJustificationRequired": True,
    "approvalMode": "SingleStage",
    "approvalStages": [STAGE],
}
# The table of policies dossier 3: kind, caller, level, settings of an untouched ordinary role.
RULES = {
    "Expiration_Admin_Eligibility": ("Expiration", "Admin", "Eligibility", {"isExpirationRequired": False, "maximumDuration": "P365D"}),
    "Enablement_Admin_Eligibility": ("Enablement", "Admin", "Eligibility", {"enabledRules": []}),
    "Notification_Admin_Admin_Eligibility": ("Notification", "Admin", "Eligibility", notification("Admin")),
    "Notification_Requestor_Admin_Eligibility": ("Notification", "Admin", "Eligibility", notification("Requestor")),
    "Notification_Approver_Admin_Eligibility": ("Notification", "Admin", "Eligibility", notification("Approver")),
    "Expiration_Admin_Assignment": ("Expiration", "Admin", "Assignment", {"isExpirationRequired": False, "maximumDuration": "P180D"}),
    "Enablement_Admin_Assignment": ("Enablement", "Admin", "Assignment", {"enabledRules": ["Justification"]}),
    "Notification_Admin_Admin_Assignment": ("Notification", "Admin", "Assignment", notification("Admin")),
    "Notification_Requestor_Admin_Assignment": ("Notification", "Admin", "Assignment", notification("Requestor")),
    "Notification_Approver_Admin_Assignment": ("Notification", "Admin", "Assignment", notification("Approver")),
    "Expiration_EndUser_Assignment": ("Expiration", "EndUser", "Assignment", {"isExpirationRequired": True, "maximumDuration": "PT8H"}),
    "Enablement_EndUser_Assignment": ("Enablement", "EndUser", "Assignment", {"enabledRules": ["Justification"]}),
    "Approval_EndUser_Assignment": ("Approval", "EndUser", "Assignment", {"setting": APPROVAL}),
    "AuthenticationContext_EndUser_Assignment": ("AuthenticationContext", "EndUser", "Assignment", {"isEnabled": False, "claimValue": None}),
    "Notification_Admin_EndUser_Assignment": ("Notification", "EndUser", "Assignment", notification("Admin")),
    "Notification_Requestor_EndUser_Assignment": ("Notification", "EndUser", "Assignment", notification("Requestor")),
    "Notification_Approver_EndUser_Assignment": ("Notification", "EndUser", "Assignment", notification("Approver")),
}  # fmt: skip


def expected(name: str, all_operations: str = "all") -> dict:
    kind, caller, level, settings = RULES[name]
    target = {
        "caller": caller,
        "operations": [all_operations],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    }
    return {**rule(kind, name, **settings), "target": target}


class TestReading:
    def test_every_role_has_one_policy(self, wire):
        roles = {it["id"] for it in wire.list("/roleManagement/directory/roleDefinitions")}
        assignments = wire.list(ASSIGNMENTS, filter=ALL_OF_THE_TENANT)
        assert {it["roleDefinitionId"] for it in assignments} == roles and len(assignments) == len(roles)
        policies = wire.get(POLICIES, filter=ALL_OF_THE_TENANT)
        assert "@odata.nextLink" not in policies, "a client that reads one page sees them all"
        assert {it["id"] for it in policies["value"]} == {it["policyId"] for it in assignments}

    def test_ids_have_the_parts_that_clients_split(self, role, demo, wire):
        (assignment,) = wire.list(ASSIGNMENTS, filter=of_role(role))
        kind, tenant, policy, of = assignment["id"].split("_")
        assert (kind, tenant, of) == ("DirectoryRole", demo.tenant, role)
        assert assignment["policyId"] == f"DirectoryRole_{demo.tenant}_{policy}"
        assert list(assignment) == ["id", "policyId", "scopeId", "scopeType", "roleDefinitionId"]

    def test_an_untouched_policy(self, role, wire):
        policy = wire.get(f"{POLICIES}/{policy_id(wire, role)}")
        assert policy.pop("@odata.context") == f"{wire.metadata}#policies/roleManagementPolicies/$entity"
        policy.pop("id")
        assert policy == {
            "displayName": "DirectoryRole",
            "description": "DirectoryRole",
            "isOrganizationDefault": False,
            "scopeId": "/",
            "scopeType": "DirectoryRole",
            "lastModifiedDateTime": None,
            "lastModifiedBy": {"displayName": None, "id": None},
        }

    @pytest.mark.parametrize("name", RULES)
    def test_each_rule_and_its_default(self, name, role, wire):
        policy = policy_id(wire, role)
        read = wire.get(f"{POLICIES}/{policy}/rules/{name}")
        context = f"{wire.metadata}#policies/roleManagementPolicies('{policy}')/rules/$entity"
        assert read.pop("@odata.context") == context
        assert read == expected(name)

    @pytest.mark.parametrize("collection", ["rules", "effectiveRules"])
    def test_all_rules(self, collection, role, wire):
        rules = wire.list(f"{POLICIES}/{policy_id(wire, role)}/{collection}")
        assert {it["id"]: it for it in rules} == {name: expected(name) for name in RULES}

    def test_beta_spells_operations_with_a_capital(self, role, demo):
        beta = demo.graph("alice", version="beta")
        rules = beta.list(f"{POLICIES}/{policy_id(beta, role)}/rules")
        assert {it["id"]: it for it in rules} == {name: expected(name, "All") for name in RULES}

    @pytest.mark.parametrize(
        ("of", "asks"),
        [
            (USER_ADMINISTRATOR, ["MultiFactorAuthentication", "Justification"]),
            (EXCHANGE_ADMINISTRATOR, ["MultiFactorAuthentication", "Justification"]),
            (TEAMS_ADMINISTRATOR, ["Justification"]),
        ],
    )
    def test_highly_privileged_roles_ask_for_a_second_factor(self, of, asks, wire):
        assert get_rule(wire, of, "Enablement_EndUser_Assignment")["enabledRules"] == asks

    def test_expanded_in_one_call(self, role, wire):
        page = wire.get(ASSIGNMENTS, filter=of_role(role), expand="policy($expand=rules)")
        assert page["@odata.context"] == f"{wire.metadata}#policies/roleManagementPolicyAssignments(policy(rules()))"
        (assignment,) = page["value"]
        assert {it["id"] for it in assignment["policy"]["rules"]} == set(RULES)
        both = wire.get(f"{POLICIES}/{assignment['policyId']}", expand="*")
        assert len(both["rules"]) == len(both["effectiveRules"]) == 17


class TestTheMandatoryFilter:
    @pytest.mark.parametrize(
        "text",
        [
            "scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{role}'",
            "scopeType eq 'DirectoryRole' and roleDefinitionId eq '{role}' and scopeId eq '/' ",
            "roleDefinitionId eq '{role}' and scopeId eq '/' and scopeType eq 'DirectoryRole'",
            "scopeId eq '/' and scopeType eq 'DirectoryRole' and RoleDefinitionId eq '{role}'",
            "scopeId eq '/' and scopeType eq 'DirectoryRole' and roledefinitionid eq '{upper}'",
            "(scopeId eq '/') and (scopeType eq 'DirectoryRole') and (roleDefinitionId eq '{role}')",
            "scopeType eq 'DirectoryRole' and scopeId eq '/' and policyId eq '{policy}'",
        ],
    )
    def test_every_order_and_spelling(self, text, role, wire):
        policy = policy_id(wire, role)
        rows = wire.list(ASSIGNMENTS, filter=text.format(role=role, upper=role.upper(), policy=policy))
        assert [it["policyId"] for it in rows] == [policy]

    @pytest.mark.parametrize("path", [POLICIES, ASSIGNMENTS])
    @pytest.mark.parametrize("options", [{}, {"filter": "scopeId eq '/' and scopeType eq 'Moon'"}], ids=["none", "unowned"])
    def test_without_it(self, path, options, wire):
        refusal = wire.refused("GET", path, status=400, code="UnknownError", **options)
        assert json.loads(refusal.message)["errorCode"] == "MissingProvider"

    def test_the_other_spelling_of_the_scope_type(self, role, demo, wire):
        text = f"scopeId eq '/' and scopeType eq 'Directory' and roleDefinitionId eq '{role}'"
        (assignment,) = wire.list(ASSIGNMENTS, filter=text, expand="policy")
        assert assignment["scopeType"] == assignment["policy"]["displayName"] == "Directory"
        assert assignment["policyId"].startswith(f"Directory_{demo.tenant}_")
        assert wire.get(f"{POLICIES}/{assignment['policyId']}")["scopeType"] == "Directory"

    def test_a_role_without_policy(self, wire):
        assert wire.list(ASSIGNMENTS, filter=of_role("3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811")) == []

    @pytest.mark.parametrize("path", [POLICIES, ASSIGNMENTS])
    def test_an_unknown_id(self, path, demo, wire):
        wire.refused("GET", f"{path}/DirectoryRole_{demo.tenant}_3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811", status=404)


class TestChanging:
    def test_one_rule(self, role, demo, wire):
        set_rule(wire, role, "Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT90M")
        changed = get_rule(wire, role, "Expiration_EndUser_Assignment")
        assert (changed["maximumDuration"], changed["isExpirationRequired"]) == ("PT1H30M", True)
        policy = wire.get(f"{POLICIES}/{policy_id(wire, role)}")
        assert policy["lastModifiedBy"]["displayName"] == demo.people["alice"].name
        assert policy["lastModifiedDateTime"]

    def test_several_rules_of_a_policy_at_once(self, role, wire):
        rules = [
            rule("Expiration", "Expiration_Admin_Assignment", isExpirationRequired=True, maximumDuration="P15D"),
            rule(
                "Notification",
                "Notification_Admin_EndUser_Assignment",
                notificationLevel="Critical",
                isDefaultRecipientsEnabled=False,
                notificationRecipients=["soc@corp.example"],
            ),
            rule("Enablement", "Enablement_EndUser_Assignment", enabledRules=["Justification", "Ticketing"]),
        ]
        answer = wire.patch(f"{POLICIES}/{policy_id(wire, role)}", {"rules": rules}, status=200)
        assert "rules" not in answer and answer["lastModifiedDateTime"]
        for each in rules:
            read = get_rule(wire, role, each["id"])
            assert {name: read[name] for name in each} == each
        assert get_rule(wire, role, "Expiration_EndUser_Assignment")["maximumDuration"] == "PT8H"

    def test_all_or_none(self, role, wire):
        rules = [
            rule("Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT1H"),
            rule("Enablement", "Enablement_EndUser_Assignment", enabledRules=["Magic"]),
        ]
        wire.refused("PATCH", f"{POLICIES}/{policy_id(wire, role)}", {"rules": rules}, status=400, code="InvalidPolicy")
        assert get_rule(wire, role, "Expiration_EndUser_Assignment")["maximumDuration"] == "PT8H"

    def test_a_rule_sent_back_as_it_is_changes_nothing(self, role, wire):
        policy = policy_id(wire, role)
        for each in wire.list(f"{POLICIES}/{policy}/rules"):
            wire.patch(f"{POLICIES}/{policy}/rules/{each['id']}", each)
            assert get_rule(wire, role, each["id"]).items() >= each.items()

    def test_settings_of_one_role_do_not_touch_another(self, role, demo, wire):
        other = demo.new_role()
        set_rule(wire, role, "Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT1H")
        assert get_rule(wire, other, "Expiration_EndUser_Assignment")["maximumDuration"] == "PT8H"

    @pytest.mark.parametrize(
        ("kind", "name", "settings", "code"),
        [
            ("Expiration", "Expiration_Admin_Eligibility", {"isExpirationRequired": True, "maximumDuration": "P1Y"}, None),
            ("Expiration", "Expiration_Admin_Eligibility", {"isExpirationRequired": True, "maximumDuration": "P1W"}, None),
            ("Expiration", "Expiration_Admin_Eligibility", {"isExpirationRequired": True, "maximumDuration": "-PT1H"}, None),
            ("Expiration", "Expiration_Admin_Eligibility", {"isExpirationRequired": True, "maximumDuration": "PT0S"}, None),
            ("Expiration", "Expiration_EndUser_Assignment", {"maximumDuration": "P1DT1S"}, None),
            ("Enablement", "Enablement_EndUser_Assignment", {"enabledRules": ["Magic"]}, "InvalidPolicy"),
            ("AuthenticationContext", "AuthenticationContext_EndUser_Assignment", {"isEnabled": True, "claimValue": "c100"}, "InvalidPolicy"),
            ("AuthenticationContext", "AuthenticationContext_EndUser_Assignment", {"isEnabled": True}, "InvalidPolicy"),
            ("Notification", "Notification_Admin_EndUser_Assignment", {"notificationLevel": "Loud"}, "InvalidPolicy"),
            ("Approval", "Approval_EndUser_Assignment", {"setting": {"approvalStages": [{"primaryApprovers": [{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}]}]}}, "InvalidPolicy"),
            ("Enablement", "Expiration_EndUser_Assignment", {"enabledRules": []}, None),
            ("Expiration", "Expiration_EndUser_Assignment", {"isExpirationRequired": True, "maximumDuration": ""}, "InvalidPolicy"),
            ("Enablement", "Enablement_EndUser_Assignment", {"enabledRules": ["justification"]}, "InvalidPolicy"),
            ("Approval", "Approval_EndUser_Assignment", {"setting": {"approvalStages": [{"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": "dave"}]}]}}, "InvalidPolicy"),
            ("Approval", "Approval_EndUser_Assignment", {"setting": {"approvalStages": [{"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}]}]}}, "InvalidPolicy"),
            ("AuthenticationContext", "AuthenticationContext_EndUser_Assignment", {"isEnabled": True, "claimValue": "C1"}, "InvalidPolicy"),
            ("Notification", "Notification_Admin_EndUser_Assignment", {"notificationType": "Sms"}, "InvalidPolicy"),
            ("Notification", "Notification_Admin_EndUser_Assignment", {"recipientType": "Approver"}, "InvalidPolicy"),
            ("Notification", "Notification_Admin_EndUser_Assignment", {"notificationRecipients": ["soc@corp.example", "soc"]}, "InvalidPolicy"),
            ("Notification", "Notification_Admin_EndUser_Assignment", {"notificationRecipients": ["soc@corp.example\r\nBcc: x@y.example"]}, "InvalidPolicy"),
            ("CustomExtension", "Approval_EndUser_Assignment", {"isEnabled": True}, None),
        ],
        ids=str,
    )  # fmt: skip
    def test_nonsense_is_refused(self, kind, name, settings, code, role, wire):
        policy = policy_id(wire, role)
        path = f"{POLICIES}/{policy}/rules/{name}"
        before = wire.get(path), wire.get(f"{POLICIES}/{policy}")
        sent = rule(kind, name, **settings)
        refusal = wire.refused("PATCH", path, sent, status=400, code=code)
        assert code or refusal.code in ("InvalidPolicy", "InvalidPolicyRule", "BadRequest")
        # The whole policy is refused with it.
        wire.refused("PATCH", f"{POLICIES}/{policy}", {"rules": [sent]}, status=400, code=refusal.code)
        assert (wire.get(path), wire.get(f"{POLICIES}/{policy}")) == before

    def test_an_address_that_is_none_is_named(self, role, wire):
        name = "Notification_Admin_EndUser_Assignment"
        path = f"{POLICIES}/{policy_id(wire, role)}/rules/{name}"
        sent = rule("Notification", name, notificationRecipients=["soc@corp.example", "not an address"])
        refusal = wire.refused("PATCH", path, sent, status=400, code="InvalidPolicy")
        said = str(refusal.details)
        assert "notificationRecipients" in said and "'not an address'" in said

    def test_an_unknown_rule(self, role, wire):
        policy = policy_id(wire, role)
        wire.refused(
            "PATCH",
            f"{POLICIES}/{policy}/rules/Magic_EndUser_Assignment",
            {"id": "Magic_EndUser_Assignment"},
            status=400,
            code="InvalidPolicyRule",
            message="The policy rule id Magic_EndUser_Assignment is invalid.",
        )

    def test_a_second_factor_and_a_context_do_not_go_together(self, role, wire):
        set_rule(wire, role, "AuthenticationContext", "AuthenticationContext_EndUser_Assignment", isEnabled=True, claimValue="c1")
        policy = policy_id(wire, role)
        wire.refused(
            "PATCH",
            f"{POLICIES}/{policy}/rules/Enablement_EndUser_Assignment",
            rule("Enablement", "Enablement_EndUser_Assignment", enabledRules=["MultiFactorAuthentication"]),
            status=400,
            code="MfaAndAcrsConflict",
            message="The Mfa and Acrs policy settings cannot be enabled simultaneously.",
        )

    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_policies_are_neither_made_nor_deleted(self, method, role, wire):
        policy = policy_id(wire, role)
        path = POLICIES if method == "POST" else f"{POLICIES}/{policy}"
        wire.refused(method, path, {} if method == "POST" else None, status=405)

    def test_approvers_are_spelt_by_version(self, role, demo):
        v1, beta = demo.graph("alice"), demo.graph("alice", version="beta")
        dave, group = demo.people["dave"], demo.assignable_group()
        approvers = [
            {"@odata.type": "#microsoft.graph.singleUser", "userId": dave.id},
            {"@odata.type": "#microsoft.graph.groupMembers", "groupId": group},
        ]
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": approvers}]}
        set_rule(v1, role, "Approval", "Approval_EndUser_Assignment", setting=setting)
        (stage,) = get_rule(v1, role, "Approval_EndUser_Assignment")["setting"]["approvalStages"]
        assert stage["primaryApprovers"][0] == {**approvers[0], "description": dave.name}
        assert stage["primaryApprovers"][1]["groupId"] == group
        (stage,) = get_rule(beta, role, "Approval_EndUser_Assignment")["setting"]["approvalStages"]
        assert [it["id"] for it in stage["primaryApprovers"]] == [dave.id, group]
        assert all(it["isBackup"] is False for it in stage["primaryApprovers"])


class TestWhoMayChange:
    @pytest.mark.parametrize("who", ["carol", "dave", "erin"])
    def test_only_administrators(self, who, role, demo, wire):
        path = f"{POLICIES}/{policy_id(wire, role)}/rules/Expiration_EndUser_Assignment"
        body = rule("Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT1H")
        demo.graph(who).refused("PATCH", path, body, status=403)
        assert wire.get(path)["maximumDuration"] == "PT8H"

    def test_the_scope_is_named(self, role, demo, wire):
        path = f"{POLICIES}/{policy_id(wire, role)}/rules/Expiration_EndUser_Assignment"
        reader = demo.graph("alice", scopes=["RoleManagementPolicy.Read.Directory"])
        assert reader.get(path)["maximumDuration"] == "PT8H"
        body = rule("Expiration", "Expiration_EndUser_Assignment", maximumDuration="PT1H")
        refusal = reader.refused("PATCH", path, body, status=403, code="UnknownError")
        assert json.loads(refusal.message) == {
            "errorCode": "PermissionScopeNotGranted",
            "message": "Authorization failed due to missing permission scope "
            "RoleManagementPolicy.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.",
            "instanceAnnotations": [],
        }


class TestDecidingAssignments:
    """The example to get right first: no permanent active assignment, fifteen days at most."""

    @pytest.fixture
    def order(self, role, demo, wire) -> Order:
        set_rule(wire, role, "Expiration", "Expiration_Admin_Assignment", isExpirationRequired=True, maximumDuration="P15D")
        return Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role)

    def test_one_without_expiry_is_refused_and_the_rule_named(self, order, admin):
        admin.refused(order.but(window=permanent()), **rules_failed(PERMANENT))

    @pytest.mark.parametrize("schedule", [{}, {"expiration": {}}, {"expiration": {"type": "notSpecified"}}], ids=str)
    def test_nor_one_that_does_not_say(self, schedule, order, wire):
        body = {**order.json(), "scheduleInfo": schedule}
        wire.refused("POST", ASSIGNMENT.requests, body, **rules_failed(PERMANENT))

    def test_fifteen_days_pass(self, order, admin, demo):
        assert admin.post(order.but(window=lasting("P15D"))).status == "Provisioned"

    def test_sixteen_do_not(self, order, admin):
        admin.refused(order.but(window=lasting("P16D")), **rules_failed(TOO_LONG))

    def test_nor_a_second_more(self, order, admin, demo):
        admin.refused(order.but(window=until(demo.at(days=15, seconds=1))), **rules_failed(TOO_LONG))
        assert admin.post(order.but(window=until(demo.at(days=15)))).status == "Provisioned"

    def test_all_failures_are_named_together(self, order, admin):
        refusal = admin.refused(
            order.but(window=permanent(), justification=None),
            status=400,
            code="RoleAssignmentRequestPolicyValidationFailed",
        )
        assert PERMANENT in refusal.message and NO_JUSTIFICATION in refusal.message

    def test_what_was_given_before_stays(self, role, admin, demo, wire):
        order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent())
        admin.post(order)
        set_rule(wire, role, "Expiration", "Expiration_Admin_Assignment", isExpirationRequired=True, maximumDuration="P15D")
        demo.advance("P16D")
        assert len(admin.list(ASSIGNMENT, "instances", filter=f"roleDefinitionId eq '{role}'")) == 1

    def test_eligibility_has_a_rule_of_its_own(self, role, admin, demo, wire):
        set_rule(wire, role, "Expiration", "Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P30D")
        order = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role)
        admin.refused(order.but(window=permanent()), **rules_failed(PERMANENT))
        admin.refused(order.but(window=lasting("P31D")), **rules_failed(TOO_LONG))
        assert admin.post(order.but(window=lasting("P30D"))).status == "Provisioned"
        assert admin.post(order.but(side=ASSIGNMENT, window=permanent())).status == "Provisioned"


class TestDecidingActivations:
    @pytest.fixture
    def activation(self, role, admin, demo) -> Order:
        erin = demo.people["erin"].id
        admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
        return Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H"))

    def test_a_second_factor(self, activation, demo, wire):
        enable(wire, activation.role, "MultiFactorAuthentication")
        demo.sdk("erin", mfa=False).refused(activation, **rules_failed(NO_MFA))
        assert demo.sdk("erin", mfa=True).post(activation).status == "Provisioned"

    def test_a_ticket(self, activation, demo, wire):
        enable(wire, activation.role, "Ticketing")
        erin = demo.sdk("erin")
        erin.refused(activation, **rules_failed(NO_TICKET))
        erin.refused(activation.but(ticket=("", "ServiceDesk")), **rules_failed(NO_TICKET))
        made = erin.post(activation.but(ticket=("CHG-3391", "ServiceDesk")))
        assert (made.ticket_info.ticket_number, made.ticket_info.ticket_system) == ("CHG-3391", "ServiceDesk")

    def test_nothing(self, activation, demo, wire):
        enable(wire, activation.role)
        assert demo.sdk("erin", mfa=False).post(activation.but(justification=None)).status == "Provisioned"

    def test_everything_at_once(self, activation, demo, wire):
        enable(wire, activation.role, "MultiFactorAuthentication", "Justification", "Ticketing")
        refusal = demo.sdk("erin", mfa=False).refused(
            activation.but(justification=None, window=lasting("PT9H")),
            status=400,
            code="RoleAssignmentRequestPolicyValidationFailed",
        )
        for part in (TOO_LONG, NO_JUSTIFICATION, NO_TICKET, NO_MFA):
            assert part in refusal.message

    def test_an_authentication_context(self, activation, demo, wire):
        set_rule(
            wire,
            activation.role,
            "AuthenticationContext",
            "AuthenticationContext_EndUser_Assignment",
            isEnabled=True,
            claimValue="c1",
        )
        answer = demo.graph("erin").send("POST", ASSIGNMENT.requests, body=activation.json())
        assert "www-authenticate" not in answer.headers
        demo.sdk("erin").refused(activation, **context_required("c1"))
        demo.sdk("erin", acrs=["c2"]).refused(activation, **context_required("c1"))
        assert demo.sdk("erin", acrs=["c1"]).post(activation).status == "Provisioned"

    def test_an_approval_that_is_on_leads_to_waiting(self, activation, admin, demo, wire):
        setting = {"isApprovalRequired": True}
        set_rule(wire, activation.role, "Approval", "Approval_EndUser_Assignment", setting=setting)
        made = demo.sdk("erin").post(activation)
        assert (made.status, made.approval_id) == ("PendingApproval", made.id)
        for what in ("schedules", "instances"):
            assert admin.list(ASSIGNMENT, what, filter=f"roleDefinitionId eq '{activation.role}'") == []

    def test_an_application_never_has_a_second_factor(self, role, demo, wire):
        set_rule(wire, role, "Enablement", "Enablement_Admin_Assignment", enabledRules=["MultiFactorAuthentication"])
        order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent())
        demo.sdk(demo.app()).refused(order, **rules_failed(NO_MFA))
        assert demo.sdk("alice", mfa=True).post(order).status == "Provisioned"


def enable(wire, role, *rules):
    set_rule(wire, role, "Enablement", "Enablement_EndUser_Assignment", enabledRules=list(rules))
