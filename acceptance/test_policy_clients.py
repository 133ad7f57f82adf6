"""Whole request sequences of tools that manage role settings, as they are sent: EasyPIM's policy cmdlets,
Microsoft365DSC's AADRoleSetting and Terraform's role management policy (its shape; that provider has it for
groups)."""

import json

import pytest

from harness.policy import of_role

JSON_TYPE = {"Content-Type": "application/json"}
KIND = "#microsoft.graph.unifiedRoleManagementPolicy{}Rule"
EASYPIM = "/v1.0/{}"


class EasyPim:
    """Its three lookups, its one PATCH, and what it does when that is refused."""

    def __init__(self, wire, role_name: str):
        self.wire = wire.named("EasyPIM")
        self.role = next(
            it["id"] for it in self.get("roleManagement/directory/roleDefinitions") if it["displayName"].lower() == role_name.lower()
        )
        # The trailing blank is its own.
        filter = f"scopeType eq 'DirectoryRole' and roleDefinitionId eq '{self.role}' and scopeId eq '/' "
        (assignment,) = self.get(f"policies/roleManagementPolicyAssignments?$filter={filter.replace(' ', '%20')}")
        self.policy = assignment["policyId"]

    def get(self, endpoint: str) -> list[dict]:
        answer = self.wire.replay("GET", EASYPIM.format(endpoint))
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def rules(self) -> dict[str, dict]:
        return {it["id"]: it for it in self.get(f"policies/roleManagementPolicies/{self.policy}/rules")}

    def patch(self, *rules: dict):
        body = json.dumps({"rules": list(rules)}).encode()
        return self.wire.replay("PATCH", EASYPIM.format(f"policies/roleManagementPolicies/{self.policy}"), body, JSON_TYPE)

    def set(self, *rules: dict) -> list[str]:
        """All at once; on 400 one by one. Answers the rules that were refused."""
        if self.patch(*rules).status_code == 200:
            return []
        return [rule["id"] for rule in rules if self.patch(rule).status_code != 200]


def rule(kind: str, name: str, **settings) -> dict:
    caller, level = name.split("_")[-2:]
    target = {"caller": caller, "operations": ["All"], "level": level, "inheritableSettings": [], "enforcedSettings": []}
    return {"@odata.type": KIND.format(kind), "id": name, **settings, "target": target}


def hardened(demo) -> list[dict]:
    """Everything that Set-PIMEntraRolePolicy can set."""
    dave, group = demo.people["dave"].id, demo.assignable_group("carol")
    stage = {
        "approvalStageTimeOutInDays": 1,
        "isApproverJustificationRequired": True,
        "escalationTimeInMinutes": 0,
        "primaryApprovers": [
            {"@odata.type": "#microsoft.graph.singleUser", "userId": dave},
            {"@odata.type": "#microsoft.graph.groupMembers", "groupId": group},
        ],
        "isEscalationEnabled": False,
        "escalationApprovers": [],
    }
    setting = {
        "isApprovalRequired": True,
        "isApprovalRequiredForExtension": False,
        "isRequestorJustificationRequired": True,
        "approvalMode": "SingleStage",
        "approvalStages": [stage],
    }
    notifications = [
        rule(
            "Notification", f"Notification_{recipient}_{side}",
            notificationType="Email", recipientType=recipient, isDefaultRecipientsEnabled=False,
            notificationLevel="Critical", notificationRecipients=["soc@corp.example"],
        )  # fmt: skip
        for recipient in ("Admin", "Requestor", "Approver")
        for side in ("Admin_Eligibility", "Admin_Assignment", "EndUser_Assignment")
    ]
    return [
        rule("Expiration", "Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT2H"),
        rule("Enablement", "Enablement_EndUser_Assignment", enabledRules=["Justification", "Ticketing"]),
        rule("Enablement", "Enablement_Admin_Assignment", enabledRules=["MultiFactorAuthentication", "Justification"]),
        rule("AuthenticationContext", "AuthenticationContext_EndUser_Assignment", isEnabled=True, claimValue="c2"),
        rule("Approval", "Approval_EndUser_Assignment", setting=setting),
        rule("Expiration", "Expiration_Admin_Eligibility", isExpirationRequired=True, maximumDuration="P90D"),
        rule("Expiration", "Expiration_Admin_Assignment", isExpirationRequired=False),
        *notifications,
    ]


def without_targets(rules: dict[str, dict]) -> dict[str, dict]:
    return {name: {key: value for key, value in rule.items() if key != "target"} for name, rule in rules.items()}


@pytest.fixture
def named_role(demo) -> str:
    name = f"Policy client role {demo._roles}"
    demo.new_role(name=name)
    return name


class TestEasyPim:
    def test_set_and_get(self, named_role, demo, wire):
        easypim = EasyPim(wire, named_role.upper())
        before = easypim.rules()
        assert easypim.set(*hardened(demo)) == []
        after = easypim.rules()
        for sent in hardened(demo):
            for name in sent.keys() - {"target", "setting"}:
                assert after[sent["id"]][name] == sent[name], sent["id"]
        approvers = after["Approval_EndUser_Assignment"]["setting"]["approvalStages"][0]["primaryApprovers"]
        assert [it["description"] for it in approvers] == [demo.people["dave"].name, "Groups Duty Officers"]
        assert after["Expiration_Admin_Assignment"]["maximumDuration"] == "P180D", "left out, it stays"
        # Import of a backup: what was exported goes back as it was.
        assert easypim.set(*before.values()) == []
        assert without_targets(easypim.rules()) == without_targets(before)

    def test_copy_to_another_role(self, named_role, demo, wire):
        source = EasyPim(wire, named_role)
        source.set(*hardened(demo))
        copy = f"{named_role} copy"
        demo.new_role(name=copy)
        target = EasyPim(wire, copy)
        assert target.set(*source.rules().values()) == []
        assert without_targets(target.rules()) == without_targets(source.rules())

    def test_on_a_refusal_it_sends_them_one_by_one(self, named_role, wire):
        easypim = EasyPim(wire, named_role)
        good = rule("Expiration", "Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT3H")
        bad = rule("Expiration", "Expiration_Admin_Assignment", isExpirationRequired=True, maximumDuration="P1Y")
        answer = easypim.patch(good, bad)
        # It looks for these words.
        assert answer.status_code == 400 and "InvalidPolicy" in answer.text
        assert easypim.rules()["Expiration_EndUser_Assignment"]["maximumDuration"] == "PT8H"
        assert easypim.set(good, bad) == ["Expiration_Admin_Assignment"]
        assert easypim.rules()["Expiration_EndUser_Assignment"]["maximumDuration"] == "PT3H"

    def test_a_context_and_a_second_factor_in_one_request(self, named_role, wire):
        easypim = EasyPim(wire, named_role)
        context = rule("AuthenticationContext", "AuthenticationContext_EndUser_Assignment", isEnabled=True, claimValue="c1")
        factor = rule("Enablement", "Enablement_EndUser_Assignment", enabledRules=["MultiFactorAuthentication", "Justification"])
        for order in ((context, factor), (factor, context)):
            answer = easypim.patch(*order)
            assert answer.status_code == 400 and "MfaAndAcrsConflict" in answer.text
        assert easypim.rules()["AuthenticationContext_EndUser_Assignment"]["isEnabled"] is False
        without = {**factor, "enabledRules": ["Justification"]}
        expiration = rule("Expiration", "Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT4H")
        assert easypim.patch(expiration, without, context).status_code == 200
        assert easypim.rules()["AuthenticationContext_EndUser_Assignment"]["claimValue"] == "c1"

    def test_export_of_every_role(self, wire):
        names = [it["displayName"] for it in wire.list("/roleManagement/directory/roleDefinitions", select="displayname")]
        for name in names[:5]:
            assert len(EasyPim(wire, name).rules()) == 17


class TestMicrosoft365Dsc:
    def test_every_rule_one_at_a_time(self, named_role, demo):
        beta = demo.graph("alice", version="beta").named("Microsoft365DSC")
        role = next(it["id"] for it in beta.list("/roleManagement/directory/roleDefinitions") if it["displayName"] == named_role)
        filter = f"scopeId eq '/' and scopeType eq 'DirectoryRole' and RoleDefinitionId eq '{role}'"
        (assignment,) = beta.list("/policies/roleManagementPolicyAssignments", filter=filter)
        path = f"/policies/roleManagementPolicies/{assignment['policyId']}/rules"
        stub = {"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyRuleTarget"}
        wanted = {it["id"]: it for it in hardened(demo)}
        for name, sent in wanted.items():
            body = {**sent, "target": stub}
            if name == "Expiration_EndUser_Assignment":
                del body["isExpirationRequired"]
            beta.patch(f"{path}/{name}", body)
        rules = {it["id"]: it for it in beta.list(path)}
        for name, sent in wanted.items():
            assert rules[name]["target"]["operations"] == ["All"]
            for key in sent.keys() - {"target", "setting"}:
                assert rules[name][key] == sent[key], name
        approvers = rules["Approval_EndUser_Assignment"]["setting"]["approvalStages"][0]["primaryApprovers"]
        assert [it["id"] for it in approvers] == [demo.people["dave"].id, demo.assignable_group("carol")]
        context = beta.get(f"/identity/conditionalAccess/authenticationContextClassReferences/{wanted['AuthenticationContext_EndUser_Assignment']['claimValue']}")
        assert context["displayName"] == "Security key"


class TestTerraform:
    def test_find_read_change_and_find_again(self, named_role, demo, wire):
        wire = wire.named("Terraform azuread")
        role = next(it["id"] for it in wire.list("/roleManagement/directory/roleDefinitions") if it["displayName"] == named_role)
        (found,) = wire.list("/policies/roleManagementPolicyAssignments", filter=of_role(role))
        policy = found["policyId"]
        assert len(policy.split("_")) == 3 and len(found["id"].split("_")) == 4
        expanded = wire.get(f"/policies/roleManagementPolicies/{policy}", expand="*")
        assert len(expanded["rules"]) == len(expanded["effectiveRules"]) == 17
        stage = {"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": demo.people["dave"].id}]}
        body = {
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicy",
            "id": policy,
            "displayName": "DirectoryRole",
            "scopeId": "/",
            "scopeType": "DirectoryRole",
            "lastModifiedBy": None,
            "rules": [
                {"@odata.type": KIND.format("Expiration"), "id": "Expiration_EndUser_Assignment", "maximumDuration": "P1D"},
                {"@odata.type": KIND.format("Expiration"), "id": "Expiration_Admin_Eligibility", "isExpirationRequired": False, "maximumDuration": ""},
                {"@odata.type": KIND.format("Approval"), "id": "Approval_EndUser_Assignment",
                 "setting": {"isApprovalRequired": True, "approvalStages": [stage]}},
            ],
        }  # fmt: skip
        wire.patch(f"/policies/roleManagementPolicies/{policy}", body, status=200)
        # It does not trust the id to be the same afterwards.
        (again,) = wire.list(
            "/policies/roleManagementPolicyAssignments",
            filter=f"scopeType eq 'DirectoryRole' and scopeId eq '/' and policyId eq '{policy}'",
        )
        assert again["id"] == found["id"]
        changed = {it["id"]: it for it in wire.get(f"/policies/roleManagementPolicies/{policy}", expand="*")["rules"]}
        assert changed["Expiration_EndUser_Assignment"]["maximumDuration"] == "P1D"
        assert changed["Expiration_Admin_Eligibility"]["maximumDuration"] == "P365D"
        (only,) = changed["Approval_EndUser_Assignment"]["setting"]["approvalStages"]
        assert [it["userId"] for it in only["primaryApprovers"]] == [demo.people["dave"].id]
        # The plan is empty: sent again, nothing changes.
        before = wire.get(f"/policies/roleManagementPolicies/{policy}", expand="rules")["rules"]
        wire.patch(f"/policies/roleManagementPolicies/{policy}", body, status=200)
        assert wire.get(f"/policies/roleManagementPolicies/{policy}", expand="rules")["rules"] == before
