"""A role's settings by the SDK and its types: the policy read with its rules, rules changed."""

from .policy import of_role
from .sdk import Sdk, configured, declared


class Settings:
    """One role's."""

    def __init__(self, sdk: Sdk, role: str):
        self.sdk, self.role = sdk, role
        self.policy_id = self.assignment().policy_id

    def assignment(self):
        """The policy assignment, with the policy and its rules."""
        builder = self.sdk.client.policies.role_management_policy_assignments
        options = configured(builder, filter=of_role(self.role), expand=["policy($expand=rules)"])
        (assignment,) = self.sdk.run(builder.get(options)).value
        return declared(assignment)

    @property
    def policy(self):
        return self.sdk.client.policies.role_management_policies.by_unified_role_management_policy_id(self.policy_id)

    def item(self, name: str):
        return self.policy.rules.by_unified_role_management_policy_rule_id(name)

    def rule(self, name: str, **settings):
        """A rule of its own class, to be sent: a rule's id begins with its kind."""
        kind = name.partition("_")[0]
        return getattr(self.sdk.models, f"UnifiedRoleManagementPolicy{kind}Rule")(id=name, **settings)

    def read(self, name: str):
        return declared(self.sdk.run(self.item(name).get()))

    def change(self, name: str, **settings) -> None:
        assert self.sdk.run(self.item(name).patch(self.rule(name, **settings))) is None

    def change_together(self, *rules):
        """All of them in one PATCH of the policy, which answers the policy."""
        return declared(self.sdk.run(self.policy.patch(self.together(*rules))))

    def together(self, *rules):
        return self.sdk.models.UnifiedRoleManagementPolicy(rules=list(rules))

    # Approvers: the same two types in both versions, the id under another name; the stage's own name differs.

    def user(self, key: str):
        return self.sdk.models.SingleUser(**{self._by_version("user_id"): key})

    def group(self, key: str):
        return self.sdk.models.GroupMembers(**{self._by_version("group_id"): key})

    def key_of(self, approver) -> str:
        kind = {"SingleUser": "user_id", "GroupMembers": "group_id"}[type(approver).__name__]
        return getattr(approver, self._by_version(kind))

    def require_approval(self, *approvers) -> None:
        models = self.sdk.models
        stage = models.ApprovalStage if self.sdk.version == "beta" else models.UnifiedApprovalStage
        setting = models.ApprovalSettings(is_approval_required=True, approval_stages=[stage(primary_approvers=list(approvers))])
        self.change("Approval_EndUser_Assignment", setting=setting)

    def _by_version(self, name: str) -> str:
        return "id" if self.sdk.version == "beta" else name
