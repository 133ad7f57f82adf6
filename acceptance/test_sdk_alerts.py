"""Each of the seven alerts through the beta SDK: brought about by what anybody can order and by the clock, put right, and
gone."""

from datetime import timedelta

import pytest

from harness.alerts import GLOBAL_ADMINS, LICENSE, NO_MFA, OUTSIDE, REDUNDANT, SCOPE, SEQUENTIAL, STALE, alert_id
from harness.licence import licensed
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.sdk import configured, declared
from harness.settings import Settings

pytestmark = pytest.mark.beta

ROLE_ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
SECURITY_OPERATOR = "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"
MFA = "MultiFactorAuthentication"


class Alerts:
    """The alerts as the administrator has them, at one moment of the clock."""

    def __init__(self, demo):
        self.demo = demo
        self.sdk = demo.sdk("alice", "beta")
        self.builder = self.sdk.client.identity_governance.role_management_alerts

    def item(self, name: str):
        return self.builder.alerts.by_unified_role_management_alert_id(alert_id(self.demo, name))

    def read(self, name: str):
        builder = self.item(name)
        expand = ["alertDefinition", "alertConfiguration", "alertIncidents"]
        return declared(self.sdk.run(builder.get(configured(builder, expand=expand))))

    def refresh(self, name: str) -> None:
        self.sdk.run(self.item(name).refresh.post())

    def refreshed(self, name: str):
        self.refresh(name)
        return self.read(name)

    def incidents(self, name: str) -> list:
        return [declared(it) for it in self.sdk.run(self.item(name).alert_incidents.get()).value]

    def about(self, name: str, person) -> list:
        """The incidents about somebody, as a scan finds them now."""
        self.refresh(name)
        return [it for it in self.incidents(name) if it.assignee_id == person.id]

    def incident(self, name: str, key: str):
        builder = self.item(name).alert_incidents
        return builder.by_unified_role_management_alert_incident_id(key)

    def remediate(self, name: str, key: str) -> None:
        self.sdk.run(self.incident(name, key).remediate.post())

    def configuration(self, name: str):
        return self.builder.alert_configurations.by_unified_role_management_alert_configuration_id(
            alert_id(self.demo, name)
        )

    def set(self, name: str, **values) -> None:
        """Changes what is set, through the type of the alert's own configuration. The SDK would spell a timedelta as
        `0:15:00`, which Graph refuses too; it passes a string through."""
        current = self.sdk.run(self.configuration(name).get())
        kind = type(current)
        self.sdk.run(self.configuration(name).patch(kind(odata_type=current.odata_type, **values)))


@pytest.fixture
def alerts(demo):
    """Of the moment: a token does not outlive a long move of the clock."""
    return lambda: Alerts(demo)


@pytest.fixture
def wire(demo):
    return lambda: demo.graph("alice", "beta")


def test_lists(alerts):
    it = alerts()
    for builder in (it.builder.alerts, it.builder.alert_definitions, it.builder.alert_configurations):
        page = it.sdk.run(builder.get(configured(builder, filter=SCOPE)))
        assert len([declared(row) for row in page.value]) == 7
    # The SDK makes each configuration of its own class.
    kinds = {type(row).__name__ for row in page.value}
    assert "StaleSignInAlertConfiguration" in kinds and len(kinds) == 7


def test_refresh_of_all(alerts):
    it = alerts()
    module = __import__(
        "msgraph_beta.generated.identity_governance.role_management_alerts.alerts.refresh.refresh_post_request_body",
        fromlist=["RefreshPostRequestBody"],
    )
    it.sdk.run(it.builder.alerts.refresh.post(module.RefreshPostRequestBody(scope_id="/", scope_type="DirectoryRole")))
    operations = it.sdk.run(it.builder.operations.get()).value
    assert any(row.status == "succeeded" for row in operations)


def test_license(demo, alerts):
    assert not alerts().refreshed(LICENSE).is_active
    with licensed(demo, "none"):
        alert = alerts().refreshed(LICENSE)
        assert (alert.is_active, alert.incident_count) == (True, 1)
        (incident,) = alert.alert_incidents
        assert (incident.id, incident.tenant_license_status) == (demo.tenant, "none")
    end = demo.at(hours=1).isoformat()
    with licensed(demo, "p2", expirationDateTime=end):
        assert not alerts().refreshed(LICENSE).is_active
        demo.advance("PT1H")
        (incident,) = alerts().read(LICENSE).alert_incidents
        assert incident.tenant_license_status == "Expired"
    alert = alerts().refreshed(LICENSE)
    assert (alert.is_active, alert.incident_count) == (False, 0)
    assert alert.alert_definition.severity_level == "high"


def test_no_mfa(demo, alerts):
    person = demo.new_person()
    admin = demo.sdk("alice")
    settings = Settings(admin, SECURITY_OPERATOR)
    settings.change("Enablement_EndUser_Assignment", enabled_rules=["Justification"])
    admin.post(Order(ELIGIBILITY, "adminAssign", person.id, SECURITY_OPERATOR, window=permanent()))
    it = alerts()

    def found():
        it.refresh(NO_MFA)
        return [row for row in it.incidents(NO_MFA) if row.role_template_id == SECURITY_OPERATOR]

    (incident,) = found()
    assert (incident.id, incident.role_display_name) == (SECURITY_OPERATOR, "Security Operator")
    it.remediate(NO_MFA, incident.id)
    assert found() == []
    assert set(settings.read("Enablement_EndUser_Assignment").enabled_rules) == {MFA, "Justification"}


def test_redundant(demo, alerts, role):
    idle, busy = demo.new_person(), demo.new_person()
    admin = demo.sdk("alice")
    for person in (idle, busy):
        admin.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
    it = alerts()
    assert it.about(REDUNDANT, idle) == []
    demo.advance("P20D")
    demo.sdk(busy).post(Order(ASSIGNMENT, "selfActivate", busy.id, role, window=lasting("PT1H")))
    demo.advance("P10D")
    it = alerts()
    (incident,) = it.about(REDUNDANT, idle)
    assert (incident.role_definition_id, incident.last_activation_date_time) == (role, None)
    assert it.about(REDUNDANT, busy) == []
    # Whoever allows ten days less finds the other too, with the day of the activation.
    it.set(REDUNDANT, duration="P10D")
    (other,) = it.about(REDUNDANT, busy)
    assert other.last_activation_date_time is not None
    it.set(REDUNDANT, duration="P30D")
    description = it.read(REDUNDANT).alert_definition.description
    assert "30 days" in description
    it.remediate(REDUNDANT, incident.id)
    assert it.about(REDUNDANT, idle) == []
    assert it.sdk.list(ELIGIBILITY, "schedules", filter=f"principalId eq '{idle.id}'") == []
    # Activating puts it right as well.
    demo.advance("P20D")
    it = alerts()
    (incident,) = it.about(REDUNDANT, busy)
    demo.sdk(busy).post(Order(ASSIGNMENT, "selfActivate", busy.id, role, window=lasting("PT1H")))
    assert it.about(REDUNDANT, busy) == []


def test_outside_pim(demo, alerts, role, wire):
    person = demo.new_person()
    body = {"principalId": person.id, "roleDefinitionId": role, "directoryScopeId": "/"}
    made = wire().post(ROLE_ASSIGNMENTS, body)
    it = alerts()
    (incident,) = it.about(OUTSIDE, person)
    assert (incident.id, incident.assignee_user_principal_name) == (made["id"], person.upn)
    assert it.read(OUTSIDE).is_active
    it.remediate(OUTSIDE, incident.id)
    assert it.about(OUTSIDE, person) == []
    # A role given to a group in the same way, and found by the scan that follows the clock.
    group = demo.assignable_group()
    made = wire().post(ROLE_ASSIGNMENTS, {**body, "principalId": group})
    demo.advance("PT1M")
    it = alerts()
    (incident,) = [row for row in it.incidents(OUTSIDE) if row.id == made["id"]]
    assert (incident.assignee_id, incident.assignee_user_principal_name) == (group, None)
    wire().delete(f"{ROLE_ASSIGNMENTS}/{made['id']}")
    demo.advance("PT1M")
    assert made["id"] not in [row.id for row in alerts().incidents(OUTSIDE)]


def test_sequential(demo, alerts, role):
    person = demo.new_person()
    demo.sdk("alice").post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
    alerts().set(
        SEQUENTIAL,
        time_interval_between_activations="PT15M",
        sequential_activation_counter_threshold=3,
    )
    for count in range(1, 4):
        theirs = demo.sdk(person)
        theirs.post(Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT1H")))
        demo.advance("PT6M")
        demo.sdk(person).post(Order(ASSIGNMENT, "selfDeactivate", person.id, role))
        found = alerts().about(SEQUENTIAL, person)
        assert len(found) == (1 if count == 3 else 0), count
        demo.advance("PT5M")
    it = alerts()
    (incident,) = it.about(SEQUENTIAL, person)
    assert (incident.id, incident.activation_count) == (f"{person.id}_{role}", 3)
    assert incident.sequence_end_date_time - incident.sequence_start_date_time == timedelta(minutes=22)
    refusal = it.sdk.refused(
        it.incident(SEQUENTIAL, incident.id).remediate.post(), status=400, code="BadRequest"
    )
    assert "remediatable" in refusal.message
    it.set(SEQUENTIAL, sequential_activation_counter_threshold=4)
    assert it.about(SEQUENTIAL, person) == []
    it.set(SEQUENTIAL, sequential_activation_counter_threshold=3)
    assert len(it.about(SEQUENTIAL, person)) == 1
    demo.advance("P31D")
    assert alerts().about(SEQUENTIAL, person) == []


def test_stale_sign_in(demo, alerts, role):
    away, back = demo.new_person(), demo.new_person()
    admin = demo.sdk("alice")
    admin.post(Order(ELIGIBILITY, "adminAssign", away.id, role, window=permanent()))
    admin.post(Order(ASSIGNMENT, "adminAssign", back.id, role, window=permanent()))
    assert demo.user(back).token
    signed_in = demo.now()
    demo.advance("P29D")
    it = alerts()
    assert it.about(STALE, away) == it.about(STALE, back) == []
    demo.advance("P1D")
    it = alerts()
    (never,) = it.about(STALE, away)
    (once,) = it.about(STALE, back)
    assert (never.last_sign_in_date_time, once.last_sign_in_date_time) == (None, signed_in)
    assert never.role_definition_id == once.role_definition_id == role
    # Who signs in is there again; who does not loses the role.
    assert demo.user(back).token
    assert it.about(STALE, back) == []
    it.remediate(STALE, never.id)
    assert it.about(STALE, away) == []
    assert it.sdk.list(ELIGIBILITY, "schedules", filter=f"principalId eq '{away.id}'") == []


def test_too_many_global_administrators(demo, alerts, wire):
    it = alerts()
    it.set(GLOBAL_ADMINS, global_admin_count_threshold=4, percentage_of_global_admins_out_of_roles_threshold=0)
    assert not it.refreshed(GLOBAL_ADMINS).is_active
    persons = [demo.new_person() for _ in range(3)]
    for person in persons:
        body = {"principalId": person.id, "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"}
        wire().post(ROLE_ASSIGNMENTS, body)
    alert = it.refreshed(GLOBAL_ADMINS)
    assert alert.is_active
    assert {person.id for person in persons} <= {row.id for row in alert.alert_incidents}
    assert {row.id for row in alert.alert_incidents} == {row.assignee_id for row in alert.alert_incidents}
    # All of them are less than the share that is too much.
    it.set(GLOBAL_ADMINS, percentage_of_global_admins_out_of_roles_threshold=100)
    assert not it.refreshed(GLOBAL_ADMINS).is_active
    it.set(GLOBAL_ADMINS, percentage_of_global_admins_out_of_roles_threshold=0)
    assert it.refreshed(GLOBAL_ADMINS).is_active
    for person in persons:
        it.remediate(GLOBAL_ADMINS, person.id)
    alert = it.refreshed(GLOBAL_ADMINS)
    assert (alert.is_active, alert.alert_incidents) == (False, [])


def test_the_last_global_administrator_stays(demo, alerts, wire):
    """Alice is the last one; the settings of the alert cannot make her go."""
    person = demo.new_person()
    it = alerts()
    it.set(GLOBAL_ADMINS, global_admin_count_threshold=2, percentage_of_global_admins_out_of_roles_threshold=0)
    body = {"principalId": person.id, "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"}
    wire().post(ROLE_ASSIGNMENTS, body)
    demo.advance("PT6M")
    it = alerts()
    rows = it.refreshed(GLOBAL_ADMINS).alert_incidents
    assert {row.id for row in rows} >= {person.id, demo.people["alice"].id}
    others = [row.id for row in rows if row.id != demo.people["alice"].id]
    for key in others:
        it.remediate(GLOBAL_ADMINS, key)
    # Her incident stands until the next scan.
    it.sdk.refused(
        it.incident(GLOBAL_ADMINS, demo.people["alice"].id).remediate.post(),
        status=400,
        code="CannotDeleteLastAdminAssignment",
    )


def test_dismissed(alerts, demo, role, wire):
    person = demo.new_person()
    body = {"principalId": person.id, "roleDefinitionId": role, "directoryScopeId": "/"}
    wire().post(ROLE_ASSIGNMENTS, body)
    it = alerts()
    assert it.refreshed(OUTSIDE).is_active
    it.sdk.run(it.item(OUTSIDE).patch(it.sdk.models.UnifiedRoleManagementAlert(is_active=False)))
    assert not it.read(OUTSIDE).is_active
    assert it.refreshed(OUTSIDE).is_active
