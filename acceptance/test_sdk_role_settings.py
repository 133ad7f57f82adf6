"""Role settings by the SDKs of both versions: each type of rule changed and read back as its own class,
and deciding activations."""

from datetime import timedelta

import pytest

from harness.messages import NO_TICKET, TOO_LONG, context_required, rules_failed
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.settings import Settings

EXPIRATION = "Expiration_EndUser_Assignment"
ENABLEMENT = "Enablement_EndUser_Assignment"
APPROVAL = "Approval_EndUser_Assignment"
CONTEXT = "AuthenticationContext_EndUser_Assignment"
NOTIFICATION = "Notification_Admin_EndUser_Assignment"


@pytest.fixture
def settings(demo, version, role) -> Settings:
    return Settings(demo.sdk("alice", version), role)


@pytest.fixture
def activation(settings, person, role) -> Order:
    """What the person, who is eligible, asks for."""
    settings.sdk.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
    return Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT1H"))


class TestReading:
    def test_an_assignment_with_its_policy_and_rules(self, settings, role):
        assignment = settings.assignment()
        policy = assignment.policy
        assert (assignment.role_definition_id, assignment.scope_id, assignment.scope_type) == (role, "/", "DirectoryRole")
        assert (policy.id, policy.scope_id, policy.scope_type) == (assignment.policy_id, "/", "DirectoryRole")
        assert (policy.is_organization_default, policy.last_modified_date_time) == (False, None)
        assert len(policy.rules) == 17
        for rule in policy.rules:
            kind, *_, caller, level = rule.id.split("_")
            assert type(rule) is type(settings.rule(rule.id)), rule.id
            assert rule.odata_type == f"#microsoft.graph.unifiedRoleManagementPolicy{kind}Rule"
            assert (rule.target.caller, rule.target.level) == (caller, level)
            assert [getattr(it, "value", it).lower() for it in rule.target.operations] == ["all"]

    def test_a_policys_rules_one_by_one_and_together(self, settings):
        rules = settings.sdk.run(settings.policy.rules.get()).value
        assert len(rules) == 17
        for each in rules:
            read = settings.read(each.id)
            assert (read.id, read.target.level) == (each.id, each.target.level) and type(read) is type(each)


class TestEachRule:
    def test_expiration(self, settings, activation, person, demo):
        settings.change(EXPIRATION, is_expiration_required=True, maximum_duration="PT4H")
        read = settings.read(EXPIRATION)
        assert (read.is_expiration_required, read.maximum_duration) == (True, timedelta(hours=4))
        asking = demo.sdk(person, settings.sdk.version)
        asking.refused(activation.but(window=lasting("PT4H1S")), **rules_failed(TOO_LONG))
        assert asking.post(activation.but(window=lasting("PT4H"))).status == "Provisioned"

    def test_enablement(self, settings, activation, person, demo):
        settings.change(ENABLEMENT, enabled_rules=["Justification", "Ticketing"])
        assert settings.read(ENABLEMENT).enabled_rules == ["Justification", "Ticketing"]
        asking = demo.sdk(person, settings.sdk.version)
        asking.refused(activation, **rules_failed(NO_TICKET))
        made = asking.post(activation.but(ticket=("CHG-3391", "ServiceDesk")))
        assert (made.status, made.ticket_info.ticket_number) == ("Provisioned", "CHG-3391")

    def test_nothing_enabled(self, settings, activation, person, demo):
        settings.change(ENABLEMENT, enabled_rules=[])
        assert settings.read(ENABLEMENT).enabled_rules == []
        asking = demo.sdk(person, settings.sdk.version)
        assert asking.post(activation.but(justification=None)).status == "Provisioned"

    def test_approval_by_users_and_groups(self, settings, activation, person, demo):
        dave, key = demo.people["dave"], demo.assignable_group()
        settings.require_approval(settings.user(dave.id), settings.group(key))
        setting = settings.read(APPROVAL).setting
        assert (setting.is_approval_required, setting.is_requestor_justification_required) == (True, True)
        assert setting.approval_mode == "SingleStage"
        (stage,) = setting.approval_stages
        assert (stage.approval_stage_time_out_in_days, stage.is_approver_justification_required) == (1, True)
        assert (stage.is_escalation_enabled, stage.escalation_time_in_minutes, stage.escalation_approvers) == (False, 0, [])
        approvers = stage.primary_approvers
        assert [type(it).__name__ for it in approvers] == ["SingleUser", "GroupMembers"]
        assert [settings.key_of(it) for it in approvers] == [dave.id, key]
        assert approvers[0].description == dave.name and approvers[1].description
        if settings.sdk.version == "beta":
            assert [it.is_backup for it in approvers] == [False, False]
        made = demo.sdk(person, settings.sdk.version).post(activation)
        assert (made.status, made.approval_id) == ("PendingApproval", made.id)

    def test_an_authentication_context(self, settings, activation, person, demo):
        settings.change(CONTEXT, is_enabled=True, claim_value="c1")
        read = settings.read(CONTEXT)
        assert (read.is_enabled, read.claim_value) == (True, "c1")
        asking = demo.sdk(person, settings.sdk.version)
        asking.refused(activation, **context_required("c1"))
        settings.change(CONTEXT, is_enabled=False)
        assert settings.read(CONTEXT).is_enabled is False
        assert asking.post(activation).status == "Provisioned"

    def test_notification(self, settings):
        told = ["soc@corp.example", "duty@corp.example"]
        settings.change(
            NOTIFICATION,
            notification_type="Email",
            recipient_type="Admin",
            notification_level="Critical",
            is_default_recipients_enabled=False,
            notification_recipients=told,
        )
        read = settings.read(NOTIFICATION)
        assert (read.notification_type, read.recipient_type, read.notification_level) == ("Email", "Admin", "Critical")
        assert (read.is_default_recipients_enabled, read.notification_recipients) == (False, told)


class TestChanging:
    def test_several_rules_of_a_policy_at_once(self, settings, demo):
        policy = settings.change_together(
            settings.rule(EXPIRATION, is_expiration_required=True, maximum_duration="PT2H"),
            settings.rule(ENABLEMENT, enabled_rules=["Justification"]),
            settings.rule(CONTEXT, is_enabled=True, claim_value="c2"),
            settings.rule(NOTIFICATION, notification_level="None"),
        )
        assert (policy.id, policy.last_modified_by.display_name) == (settings.policy_id, demo.people["alice"].name)
        assert policy.last_modified_date_time == demo.now()
        read = {it.id: it for it in settings.assignment().policy.rules}
        assert read[EXPIRATION].maximum_duration == timedelta(hours=2)
        assert (read[CONTEXT].is_enabled, read[CONTEXT].claim_value) == (True, "c2")
        assert read[NOTIFICATION].notification_level == "None"
        assert read["Expiration_Admin_Assignment"].maximum_duration == timedelta(days=180)

    def test_all_or_none(self, settings):
        patch = settings.together(
            settings.rule(EXPIRATION, maximum_duration="PT2H"),
            settings.rule(ENABLEMENT, enabled_rules=["Magic"]),
        )
        settings.sdk.refused(settings.policy.patch(patch), status=400, code="InvalidPolicy")
        assert settings.read(EXPIRATION).maximum_duration == timedelta(hours=8)

    def test_a_rule_that_was_read_is_changed_and_sent_back(self, settings, demo):
        settings.require_approval(settings.user(demo.people["dave"].id), settings.group(demo.assignable_group()))
        rule = settings.read(APPROVAL)
        rule.setting.approval_stages[0].primary_approvers.pop()
        rule.setting.approval_stages[0].is_approver_justification_required = False
        settings.sdk.run(settings.item(APPROVAL).patch(rule))
        (stage,) = settings.read(APPROVAL).setting.approval_stages
        assert [settings.key_of(it) for it in stage.primary_approvers] == [demo.people["dave"].id]
        assert stage.is_approver_justification_required is False

    def test_rules_sent_back_as_they_were_read_change_nothing(self, settings, demo):
        settings.require_approval(settings.user(demo.people["dave"].id))
        settings.change(CONTEXT, is_enabled=True, claim_value="c1")
        before = settings.assignment().policy.rules
        for rule in settings.assignment().policy.rules:
            if rule.id.startswith("Expiration"):
                rule.maximum_duration = f"PT{rule.maximum_duration.total_seconds():.0f}S"
            settings.sdk.run(settings.item(rule.id).patch(rule))
        # Comparing the models would compare who they are; their text has all that they hold.
        assert repr(settings.assignment().policy.rules) == repr(before)

    def test_the_sdks_own_spelling_of_a_duration_is_refused(self, settings):
        """`8:00:00`, which Graph refuses too (clients dossier): a caller assigns the ISO text."""
        rule = settings.read(EXPIRATION)
        settings.sdk.refused(settings.item(EXPIRATION).patch(rule), status=400, code="InvalidPolicyRule")
        assert settings.read(EXPIRATION).maximum_duration == timedelta(hours=8)
