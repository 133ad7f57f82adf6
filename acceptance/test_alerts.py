"""Security alerts over plain HTTP: what is served, what lists take, what is refused and how, who may do what, refreshes."""

import json
from urllib.parse import quote

import pytest

from harness.alerts import (
    ALERTS,
    GLOBAL_ADMINS,
    LICENSE,
    NO_MFA,
    OUTSIDE,
    READERS,
    REDUNDANT,
    SCOPE,
    SEQUENTIAL,
    STALE,
    STEMS,
    alert_id,
    configuration_type,
    incident_type,
)
from harness.ids import derived

ROLE_ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
NEVER = "0001-01-01T08:00:00Z"
LISTS = ("alerts", "alertDefinitions", "alertConfigurations")
# What A5 of the dossier has on the wire: severity, whether it is remediatable, whether it is configurable.
DEFINITIONS = {
    LICENSE: ("high", False, False),
    NO_MFA: ("medium", True, False),
    REDUNDANT: ("low", True, True),
    OUTSIDE: ("high", True, False),
    SEQUENTIAL: ("medium", False, True),
    STALE: ("medium", True, True),
    GLOBAL_ADMINS: ("low", True, True),
}


@pytest.fixture
def wire(demo):
    """The administrator, on beta."""
    return demo.graph("alice", "beta")


@pytest.fixture
def alert(demo):
    """The path of an alert by its name."""
    return lambda name: f"{ALERTS}/alerts/{alert_id(demo, name)}"


@pytest.fixture
def configuration(demo):
    return lambda name: f"{ALERTS}/alertConfigurations/{alert_id(demo, name)}"


@pytest.fixture
def outside(demo, role, person, wire):
    """The id of an assignment made outside PIM, which was found."""
    made = wire.post(ROLE_ASSIGNMENTS, {"principalId": person.id, "roleDefinitionId": role, "directoryScopeId": "/"})
    refresh(wire, f"{ALERTS}/alerts/{alert_id(demo, OUTSIDE)}")
    return made["id"]


def refresh(wire, alert: str) -> str:
    """Answers where the operation is, which is done."""
    answer = wire.send("POST", f"{alert}/refresh")
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    where = answer.headers["Location"]
    assert wire.get(where)["status"] == "succeeded"
    return where


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_seven_of_each(self, wire, demo, name):
        page = wire.get(f"{ALERTS}/{name}", filter=SCOPE)
        assert page["@odata.context"] == f"{wire.metadata}#identityGovernance/roleManagementAlerts/{name}"
        assert {it["id"] for it in page["value"]} == {alert_id(demo, it) for it in STEMS}
        assert all((it["scopeId"], it["scopeType"]) == ("/", "DirectoryRole") for it in page["value"])
        assert "@odata.nextLink" not in page

    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize(
        "query",
        [
            "",
            "?$filter=scopeId+eq+'/'",
            "?$filter=scopeType+eq+'DirectoryRole'",
            "?$filter=scopeId+eq+'/'+and+scopeType+eq+'Directory'",
            "?$filter=scopeId+eq+'/'+and+scopeType+eq+'DirectoryGroup'",
            "?$filter=scopeId+eq+'/'+or+scopeType+eq+'DirectoryRole'",
        ],
    )
    def test_without_the_scope(self, wire, name, query):
        refusal = wire.refused("GET", f"{ALERTS}/{name}{query}", status=400, code="UnknownError")
        assert json.loads(refusal.message) == {
            "errorCode": "MissingProvider",
            "message": "The provider is missing.",
            "instanceAnnotations": [],
        }

    @pytest.mark.parametrize(
        "scope",
        [
            "scopeId+eq+'/'+and+scopeType+eq+'DirectoryRole'",
            "scopeType+eq+'DirectoryRole'+and+scopeId+eq+'/'",
            "scopeid%20eq%20%27%2F%27%20and%20scopetype%20eq%20%27directoryrole%27",
        ],
    )
    def test_spellings_of_the_scope(self, wire, scope):
        assert len(wire.get(f"{ALERTS}/alerts?$filter={scope}")["value"]) == 7

    def test_more_conditions(self, wire, demo):
        one = alert_id(demo, STALE)
        only = f"{SCOPE} and alertDefinitionId eq '{one}'"
        assert [it["id"] for it in wire.get(f"{ALERTS}/alerts", filter=only)["value"]] == [one]
        others = f"{SCOPE} and alertDefinitionId ne '{one}'"
        assert len(wire.get(f"{ALERTS}/alertConfigurations", filter=others)["value"]) == 6
        assert wire.send("GET", f"{ALERTS}/alerts/$count", filter=SCOPE).text == "7"

    def test_what_cannot_be_filtered_by(self, wire):
        wire.refused("GET", f"{ALERTS}/alerts", filter=f"{SCOPE} and nonsense eq 1", status=400, code="InvalidFilter")


class TestRows:
    def test_one_that_never_fired(self, wire, demo, alert):
        row = wire.get(alert(LICENSE))
        assert row["@odata.context"] == f"{wire.metadata}#identityGovernance/roleManagementAlerts/alerts/$entity"
        assert (row["isActive"], row["incidentCount"], row["lastModifiedDateTime"]) == (False, 0, NEVER)
        assert not row["lastScannedDateTime"].startswith("0001")
        assert row["alertDefinitionId"] == row["id"] == alert_id(demo, LICENSE)

    @pytest.mark.parametrize("name", DEFINITIONS)
    def test_definitions(self, wire, demo, name):
        row = wire.get(f"{ALERTS}/alertDefinitions/{alert_id(demo, name)}")
        assert (row["severityLevel"], row["isRemediatable"], row["isConfigurable"]) == DEFINITIONS[name]
        assert "@odata.type" not in row
        assert all(row[it] for it in ("displayName", "description", "securityImpact", "mitigationSteps", "howToPrevent"))

    @pytest.mark.parametrize("name", STEMS)
    def test_configurations_have_their_type(self, wire, configuration, name):
        row = wire.get(configuration(name))
        assert (row["@odata.type"], row["isEnabled"]) == (configuration_type(name), True)

    def test_defaults(self, wire, configuration):
        assert wire.get(configuration(REDUNDANT))["duration"] == "P30D"
        assert wire.get(configuration(STALE))["duration"] == "P30D"
        sequential = wire.get(configuration(SEQUENTIAL))
        assert sequential["timeIntervalBetweenActivations"] == "PT10S"
        assert sequential["sequentialActivationCounterThreshold"] == 3
        admins = wire.get(configuration(GLOBAL_ADMINS))
        assert admins["globalAdminCountThreshold"] == 3
        assert admins["percentageOfGlobalAdminsOutOfRolesThreshold"] == 10

    def test_aliases_through_navigation(self, wire, demo, alert, configuration):
        key = alert_id(demo, STALE)
        assert wire.get(f"{alert(STALE)}/alertConfiguration") == wire.get(configuration(STALE))
        assert wire.get(f"{alert(STALE)}/alertDefinition") == wire.get(f"{ALERTS}/alertDefinitions/{key}")
        wire.patch(f"{alert(STALE)}/alertConfiguration", {"@odata.type": configuration_type(STALE), "duration": "P31D"})
        assert wire.get(configuration(STALE))["duration"] == "P31D"
        wire.patch(configuration(STALE), {"@odata.type": configuration_type(STALE), "duration": "P30D"})

    def test_an_unknown_one(self, wire, demo):
        for path in (
            f"alerts/{alert_id(demo, 'NoSuchAlert')}",
            "alerts/DirectoryRole_00000000-0000-0000-0000-000000000000_StaleSignInAlert",
            f"alerts/{alert_id(demo, 'MailFailingAlert')}",
            f"alertDefinitions/{alert_id(demo, 'x')}",
            f"alertConfigurations/{alert_id(demo, 'x')}",
            f"alerts/{alert_id(demo, STALE)}/alertIncidents/none",
            "operations/none",
        ):
            wire.refused("GET", f"{ALERTS}/{path}", status=404, code="ResourceNotFound")


class TestExpand:
    def test_contexts(self, wire, demo, outside):
        base = f"{wire.metadata}#identityGovernance/roleManagementAlerts"
        key = alert_id(demo, OUTSIDE)
        asked = "alertDefinition,alertConfiguration,alertIncidents"
        page = wire.get(f"{ALERTS}/alerts", filter=SCOPE, expand=asked)
        assert page["@odata.context"] == f"{base}/alerts(alertDefinition(),alertConfiguration(),alertIncidents())"
        (row,) = [it for it in page["value"] if it["id"] == key]
        assert row["alertIncidents@odata.context"] == f"{base}/alerts('{key}')/alertIncidents"
        assert outside in [it["id"] for it in row["alertIncidents"]]
        assert {it["@odata.type"] for it in row["alertIncidents"]} == {incident_type(OUTSIDE)}
        assert row["alertConfiguration"]["@odata.type"] == configuration_type(OUTSIDE)
        assert row["alertDefinition"]["displayName"].startswith("Roles are being assigned outside")
        star = wire.get(f"{ALERTS}/alerts/{key}", expand="*")
        everything = "alertConfiguration(),alertDefinition(),alertIncidents()"
        assert star["@odata.context"] == f"{base}/alerts({everything})/$entity"
        configurations = wire.get(f"{ALERTS}/alertConfigurations", filter=SCOPE, expand="alertDefinition")
        assert configurations["@odata.context"] == f"{base}/alertConfigurations(alertDefinition())"

    def test_select(self, wire, demo, alert):
        row = wire.get(alert(STALE), select="id,isActive")
        assert set(row) == {"@odata.context", "id", "isActive"}


class TestIncidents:
    def test_list_and_one(self, wire, demo, alert, outside, person, role):
        base = f"{wire.metadata}#identityGovernance/roleManagementAlerts/alerts('{alert_id(demo, OUTSIDE)}')/alertIncidents"
        page = wire.get(f"{alert(OUTSIDE)}/alertIncidents")
        assert page["@odata.context"] == base
        one = wire.get(f"{alert(OUTSIDE)}/alertIncidents/{outside}")
        assert one.pop("@odata.context") == f"{base}/$entity"
        assert one in page["value"]
        assert one == {
            "@odata.type": incident_type(OUTSIDE),
            "id": derived(role, person.id, "/"),
            "roleDisplayName": one["roleDisplayName"],
            "roleTemplateId": role,
            "roleDefinitionId": role,
            "assigneeId": person.id,
            "assigneeDisplayName": person.name,
            "assigneeUserPrincipalName": person.upn,
            "assignmentCreatedDateTime": one["assignmentCreatedDateTime"],
        }

    def test_filters(self, wire, alert, outside, person):
        path = f"{alert(OUTSIDE)}/alertIncidents"
        assert [it["id"] for it in wire.list(path, filter=f"id eq '{outside}'")] == [outside]
        assert outside not in [it["id"] for it in wire.list(path, filter=f"id ne '{outside}'")]
        assert [it["id"] for it in wire.list(path, filter=f"assigneeId eq '{person.id}'")] == [outside]
        chosen = wire.list(path, filter=f"id eq '{outside}'", select="assigneeDisplayName")
        assert [it["assigneeDisplayName"] for it in chosen] == [person.name]

    def test_pages_by_rows(self, demo, wire, alert, role):
        for _ in range(3):
            body = {"principalId": demo.new_person().id, "roleDefinitionId": role, "directoryScopeId": "/"}
            wire.post(ROLE_ASSIGNMENTS, body)
        refresh(wire, alert(OUTSIDE))
        path = f"{alert(OUTSIDE)}/alertIncidents"
        count = int(wire.send("GET", f"{path}/$count").text)
        assert count == wire.get(alert(OUTSIDE))["incidentCount"] >= 3
        first = wire.get(f"{path}?$top=2")
        assert len(first["value"]) == 2
        assert first["@odata.nextLink"].endswith("?$top=2&$skip=2")
        assert len(wire.list(path, top=2)) == count
        assert wire.get(path, top=2, skip=1)["value"][0] == first["value"][1]


class TestDismiss:
    def test_dismissed_until_it_is_refreshed(self, wire, demo, alert, outside, role):
        assert wire.get(alert(OUTSIDE))["isActive"]
        wire.patch(alert(OUTSIDE), {"isActive": False})
        row = wire.get(alert(OUTSIDE), expand="alertIncidents")
        assert not row["isActive"]
        assert outside in [it["id"] for it in row["alertIncidents"]], "what is known stays readable"
        # Nothing new is collected.
        body = {"principalId": demo.new_person().id, "roleDefinitionId": role, "directoryScopeId": "/"}
        new = wire.post(ROLE_ASSIGNMENTS, body)["id"]
        demo.advance("PT1M")
        wire = demo.graph("alice", "beta")
        assert wire.get(alert(OUTSIDE))["incidentCount"] == row["incidentCount"]
        refresh(wire, alert(OUTSIDE))
        row = wire.get(alert(OUTSIDE), expand="alertIncidents")
        assert row["isActive"]
        assert new in [it["id"] for it in row["alertIncidents"]]

    def test_reactivated(self, wire, alert, outside):
        wire.patch(alert(OUTSIDE), {"isActive": False})
        wire.patch(alert(OUTSIDE), {"@odata.type": "#microsoft.graph.unifiedRoleManagementAlert", "isActive": True})
        assert wire.get(alert(OUTSIDE))["isActive"]

    def test_nothing_else_is_written(self, wire, alert):
        wire.refused("PATCH", alert(STALE), {"incidentCount": 0}, status=400, code="BadRequest")
        wire.refused("PATCH", alert(STALE), {"isActive": "perhaps"}, status=400)


class TestSettings:
    def test_changed(self, wire, configuration):
        body = {
            "@odata.type": configuration_type(SEQUENTIAL),
            "timeIntervalBetweenActivations": "PT15M",
            "sequentialActivationCounterThreshold": 4,
        }
        wire.patch(configuration(SEQUENTIAL), body)
        row = wire.get(configuration(SEQUENTIAL))
        assert body.items() <= row.items()
        wire.patch(
            configuration(SEQUENTIAL),
            {"@odata.type": configuration_type(SEQUENTIAL), "sequentialActivationCounterThreshold": 5},
        )
        row = wire.get(configuration(SEQUENTIAL))
        assert (row["timeIntervalBetweenActivations"], row["sequentialActivationCounterThreshold"]) == ("PT15M", 5)

    def test_disabled_by_text_and_enabled(self, wire, configuration, alert, outside, demo):
        wire.patch(configuration(OUTSIDE), {"@odata.type": configuration_type(OUTSIDE), "isEnabled": "false"})
        assert wire.get(configuration(OUTSIDE))["isEnabled"] is False
        assert wire.get(alert(OUTSIDE))["isActive"] is False
        scanned = wire.get(alert(OUTSIDE))["lastScannedDateTime"]
        demo.advance("PT1M")
        wire = demo.graph("alice", "beta")
        assert wire.get(alert(OUTSIDE))["lastScannedDateTime"] == scanned, "it is not scanned"
        answer = wire.send("POST", f"{alert(OUTSIDE)}/refresh")
        operation = wire.get(answer.headers["Location"])
        assert (operation["status"], "isEnabled" in operation["statusDetail"]) == ("failed", True)
        wire.patch(configuration(OUTSIDE), {"@odata.type": configuration_type(OUTSIDE), "isEnabled": "true"})
        assert wire.get(alert(OUTSIDE))["isActive"] is True

    @pytest.mark.parametrize(
        ("name", "values", "limits"),
        [
            (STALE, {"duration": "PT1H"}, {"duration": ("P1D", "P365D", "PT1H")}),
            (STALE, {"duration": "P366D"}, {"duration": ("P1D", "P365D", "P366D")}),
            (REDUNDANT, {"duration": "P101D"}, {"duration": ("PT0S", "P100D", "P101D")}),
            (
                SEQUENTIAL,
                {"sequentialActivationCounterThreshold": 1},
                {"sequentialActivationCounterThreshold": ("2", "100", "1")},
            ),
            (
                GLOBAL_ADMINS,
                {"globalAdminCountThreshold": 101, "percentageOfGlobalAdminsOutOfRolesThreshold": -1},
                {
                    "globalAdminCountThreshold": ("2", "100", "101"),
                    "percentageOfGlobalAdminsOutOfRolesThreshold": ("0", "100", "-1"),
                },
            ),
        ],
    )
    def test_out_of_range(self, wire, configuration, name, values, limits):
        before = wire.get(configuration(name))
        body = {"@odata.type": configuration_type(name), "isEnabled": False, **values}
        refusal = wire.refused("PATCH", configuration(name), body, status=400, code="InvalidAlertConfiguration")
        assert {it["target"] for it in refusal.details} == set(limits)
        for detail in refusal.details:
            assert all(it in detail["message"] for it in limits[detail["target"]]), detail
        assert wire.get(configuration(name)) == before, "nothing is changed"

    @pytest.mark.parametrize(
        "body",
        [
            {"isEnabled": False},
            {"@odata.type": "#microsoft.graph.redundantAssignmentAlertConfiguration", "isEnabled": False},
            {"@odata.type": "#microsoft.graph.staleSignInAlertConfiguration", "isEnabled": "no"},
            {"@odata.type": "#microsoft.graph.staleSignInAlertConfiguration", "duration": "a month"},
            {"@odata.type": "#microsoft.graph.staleSignInAlertConfiguration", "duration": 30},
        ],
    )
    def test_bodies_that_cannot_be_meant(self, wire, configuration, body):
        before = wire.get(configuration(STALE))
        wire.refused("PATCH", configuration(STALE), body, status=400)
        assert wire.get(configuration(STALE)) == before


class TestRefresh:
    def test_one(self, wire, demo, alert):
        where = refresh(wire, alert(STALE))
        key = f"refresh:{alert_id(demo, STALE)}"
        assert where == f"{wire.root}{ALERTS}/operations/{key}"
        operation = wire.get(where)
        assert operation["@odata.context"] == f"{wire.metadata}#identityGovernance/roleManagementAlerts/operations/$entity"
        assert (operation["id"], operation["statusDetail"]) == (key, "")
        assert operation["resourceLocation"] == f"{wire.root}{alert(STALE)}"
        assert wire.get(f"{ALERTS}/operations/{quote(key, safe='')}") == operation
        assert key in [it["id"] for it in wire.get(f"{ALERTS}/operations")["value"]]

    def test_all(self, wire, demo):
        demo.advance("PT1M")
        wire = demo.graph("alice", "beta")
        answer = wire.send("POST", f"{ALERTS}/alerts/refresh", body={"scopeId": "/", "scopeType": "DirectoryRole"})
        assert (answer.status_code, answer.content) == (202, b"")
        assert wire.get(answer.headers["Location"])["status"] == "succeeded"
        now = demo.now()
        for row in wire.get(f"{ALERTS}/alerts", filter=SCOPE)["value"]:
            assert row["lastScannedDateTime"] == now.isoformat().replace("+00:00", "Z")

    @pytest.mark.parametrize("body", [{}, {"scopeId": "/"}, {"scopeId": "/", "scopeType": "Group"}, {"scopeType": None}])
    def test_all_of_no_scope(self, wire, body):
        refusal = wire.refused("POST", f"{ALERTS}/alerts/refresh", body, status=400)
        assert "MissingProvider" in refusal.message

    def test_minutes_later(self, wire, demo, alert):
        where = refresh(wire, alert(STALE))
        demo.advance("PT30M")
        assert demo.graph("alice", "beta").get(where)["status"] == "succeeded"

    def test_an_unknown_one(self, wire, demo):
        wire.refused("POST", f"{ALERTS}/alerts/{alert_id(demo, 'x')}/refresh", status=404)


class TestRemediate:
    def test_done(self, wire, alert, outside):
        answer = wire.send("POST", f"{alert(OUTSIDE)}/alertIncidents/{outside}/remediate")
        assert (answer.status_code, answer.content) == (200, b"")
        wire.refused("GET", f"{ROLE_ASSIGNMENTS}/{outside}", status=404)
        wire.refused("GET", f"{alert(OUTSIDE)}/alertIncidents/{outside}", status=404)
        wire.refused("POST", f"{alert(OUTSIDE)}/alertIncidents/{outside}/remediate", status=404)

    @pytest.mark.parametrize("name", [LICENSE, SEQUENTIAL])
    def test_not_remediatable(self, wire, alert, name):
        refusal = wire.refused("POST", f"{alert(name)}/alertIncidents/x/remediate", status=400)
        assert [it["code"] for it in refusal.details] == ["AlertNotRemediatable"]

    def test_an_unknown_one(self, wire, alert):
        wire.refused("POST", f"{alert(OUTSIDE)}/alertIncidents/x/remediate", status=404, code="ResourceNotFound")


class TestWhoMay:
    def test_permissions(self, demo, alert):
        for permission in READERS:
            reader = demo.graph(demo.app(permission), "beta")
            assert len(reader.get(f"{ALERTS}/alerts", filter=SCOPE)["value"]) == 7
        reader = demo.graph(demo.app(READERS[0]), "beta")
        for method, path, body in self.writes(alert):
            refusal = reader.refused(method, path, body, status=403, code="UnknownError")
            assert "PermissionScopeNotGranted" in refusal.message
        for permission in ("RoleManagement.ReadWrite.Directory", "Directory.ReadWrite.All", "RoleManagementPolicy.ReadWrite.Directory"):
            stranger = demo.graph(demo.app(permission), "beta")
            refusal = stranger.refused("GET", f"{ALERTS}/alerts", filter=SCOPE, status=403)
            assert "PermissionScopeNotGranted" in refusal.message
            assert READERS[0] in refusal.message

    @pytest.mark.parametrize(
        ("role", "reads", "writes"),
        [
            ("62e90394-69f5-4237-9190-012177145e10", True, True),
            ("e8611ab8-c189-46e8-94e1-60213ab1f814", True, True),
            ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", True, False),
            ("194ae4cb-b126-40b2-bd5b-6091b380977d", True, False),
            (SECURITY_READER, True, False),
            ("4a5d8f65-41da-4de4-8968-e035b65339cf", False, False),
            (None, False, False),
        ],
    )
    def test_roles(self, demo, wire, alert, role, reads, writes):
        person = demo.new_person()
        if role:
            wire.post(ROLE_ASSIGNMENTS, {"principalId": person.id, "roleDefinitionId": role, "directoryScopeId": "/"})
        theirs = demo.graph(person, "beta")
        if reads:
            theirs.get(f"{ALERTS}/alerts", filter=SCOPE)
        else:
            theirs.refused("GET", f"{ALERTS}/alerts", filter=SCOPE, status=403, code="UnauthorizedAccessException")
        if writes:
            theirs.patch(alert(STALE), {"isActive": True})
        else:
            theirs.refused("PATCH", alert(STALE), {"isActive": True}, status=403, code="UnauthorizedAccessException")
        if role:
            wire.delete(f"{ROLE_ASSIGNMENTS}/{derived(role, person.id, '/')}")

    @staticmethod
    def writes(alert):
        return [
            ("PATCH", alert(STALE), {"isActive": True}),
            ("POST", f"{alert(STALE)}/refresh", None),
            ("POST", f"{ALERTS}/alerts/refresh", {"scopeId": "/", "scopeType": "DirectoryRole"}),
            ("PATCH", f"{alert(STALE)}/alertConfiguration", {"@odata.type": configuration_type(STALE)}),
            ("POST", f"{alert(OUTSIDE)}/alertIncidents/x/remediate", None),
        ]


class TestSurface:
    def test_not_in_v1(self, demo):
        graph = demo.graph("alice")
        message = "Resource not found for the segment 'roleManagementAlerts'."
        for path in ("alerts", f"alerts/{alert_id(demo, STALE)}", "alertDefinitions", "operations/x"):
            graph.refused("GET", f"{ALERTS}/{path}", filter=SCOPE, status=400, code="BadRequest", message=message)

    def test_nothing_is_made_or_deleted(self, wire, demo):
        for path in LISTS:
            wire.refused("POST", f"{ALERTS}/{path}", {}, status=405)
            wire.refused("DELETE", f"{ALERTS}/{path}/{alert_id(demo, STALE)}", status=405)

    def test_incidents_are_no_set_of_their_own(self, wire):
        message = "Resource not found for the segment 'alertIncidents'."
        wire.refused("GET", f"{ALERTS}/alertIncidents", filter=SCOPE, status=400, message=message)


class TestAudit:
    """Each change leaves its row, under the alert's name."""

    @pytest.fixture
    def rows(self, demo):
        def of(name: str) -> list[dict]:
            found = demo.graph("alice").list(
                "/auditLogs/directoryAudits", filter=f"activityDisplayName eq '{name}' and loggedByService eq 'PIM'"
            )
            assert all(it["category"] == "RoleManagement" for it in found)
            return found

        return of

    def test_changes(self, wire, demo, alert, configuration, rows, outside):
        title = "Roles are being assigned outside of Privileged Identity Management"
        typed = {"@odata.type": configuration_type(OUTSIDE)}
        steps = {
            "Deactivate PIM alert": lambda: wire.patch(alert(OUTSIDE), {"isActive": False}),
            "Refresh PIM alert": lambda: refresh(wire, alert(OUTSIDE)),
            "Disable PIM alert": lambda: wire.patch(configuration(OUTSIDE), {**typed, "isEnabled": False}),
            "Enable PIM alert": lambda: wire.patch(configuration(OUTSIDE), {**typed, "isEnabled": True}),
            "Update PIM alert setting": lambda: wire.patch(configuration(OUTSIDE), typed),
            "Resolve PIM alert": lambda: wire.send("POST", f"{alert(OUTSIDE)}/alertIncidents/{outside}/remediate"),
        }
        for name, step in steps.items():
            before = len(rows(name))
            step()
            after = rows(name)
            assert len(after) == before + 1, name
            row = after[0]
            assert row["targetResources"][0]["displayName"] == title
            assert row["initiatedBy"]["user"]["userPrincipalName"] == demo.people["alice"].upn

    def test_what_stands_is_told_again(self, demo, wire, alert, rows, outside, person, role):
        name = "Add member to role outside of PIM (permanent)"

        def mine():
            return [it for it in rows(name) if it["targetResources"][2]["id"] == person.id]

        assert len(mine()) == 1
        (row,) = mine()
        assert row["targetResources"][0]["id"] == role
        assert {"key": "AuditType", "value": "RoleElevatedOutsidePimAlert"} in row["additionalDetails"]
        refresh(wire, alert(OUTSIDE))
        assert len(mine()) == 2
        demo.advance("PT1M")
        assert len(mine()) == 2, "not with every scan of the background"
        demo.advance("PT2H")
        assert len(mine()) == 3

    def test_triggered_by_the_service(self, wire, demo, alert, rows, outside):
        row = rows("Triggered PIM alert")[0]
        assert row["initiatedBy"]["user"]["displayName"] == "Azure AD PIM"
        assert any(it["displayName"] for it in row["targetResources"])

    def test_refusals_leave_none(self, wire, alert, configuration, rows):
        names = ("Update PIM alert setting", "Resolve PIM alert", "Deactivate PIM alert")
        before = [len(rows(it)) for it in names]
        wire.refused("PATCH", configuration(STALE), {"isEnabled": False}, status=400)
        wire.refused("POST", f"{alert(LICENSE)}/alertIncidents/x/remediate", status=400)
        wire.refused("PATCH", alert(STALE), {}, status=400)
        assert [len(rows(it)) for it in names] == before


class TestMail:
    def test_administrators_hear_of_new_ones_once(self, demo, wire, alert, outside, person):
        def told():
            messages = demo.http.get("/ext/v1/demo/outbox").json()["value"]
            return [it for it in messages if it["event"] == "assignedOutsidePim" and person.name in it["text"]]

        (message,) = told()
        assert demo.people["alice"].upn in message["to"]
        refresh(wire, alert(OUTSIDE))
        assert len(told()) == 1


class TestOwn:
    """The alerts that Tenure adds."""

    def test_list_and_one(self, demo):
        http, token = demo.http, demo.user("alice").token
        headers = {"Authorization": f"Bearer {token}"}
        rows = http.get("/ext/v1/alerts", headers=headers).json()["value"]
        assert {it["id"] for it in rows} == {
            "TooFewApproversAlert",
            "MailFailingAlert",
            "BreakGlassAccountUsedAlert",
            "StandingPrivilegedAccessAlert",
            "RevocationFailedAlert",
        }
        assert all(it["severityLevel"] in ("low", "medium", "high") and it["reason"] for it in rows)
        # Bob alone approves activations of Global Administrator.
        one = http.get("/ext/v1/alerts/TooFewApproversAlert", headers=headers).json()
        assert one["isActive"] is True
        (incident,) = [it for it in one["incidents"] if it["roleDisplayName"] == "Global Administrator"]
        assert incident["reachableApprovers"] == 1
        assert http.get("/ext/v1/alerts/StaleSignInAlert", headers=headers).status_code == 404

    def test_who_may(self, demo):
        def status(caller) -> int:
            return demo.http.get("/ext/v1/alerts", headers={"Authorization": f"Bearer {caller.token}"}).status_code

        assert demo.http.get("/ext/v1/alerts").status_code == 401
        assert status(demo.app(READERS[0])) == 200
        assert status(demo.app("RoleManagement.ReadWrite.Directory")) == 403
        assert status(demo.user(demo.new_person())) == 403


class TestClients:
    """The request lines of clients that read alerts."""

    @pytest.mark.parametrize("name", [REDUNDANT, OUTSIDE, SEQUENTIAL, GLOBAL_ADMINS, STALE])
    def test_maester(self, demo, name):
        maester = demo.graph("alice", "beta").named("Maester")
        expand = "$expand=alertDefinition,alertConfiguration,alertIncidents"
        row = maester.get(
            f"{ALERTS}/alerts/{alert_id(demo, name)}?{expand}", headers={"ConsistencyLevel": "eventual"}
        )
        assert isinstance(row["isActive"], bool)
        wanted = {"displayName", "description", "securityImpact", "mitigationSteps", "howToPrevent"}
        assert wanted <= set(row["alertDefinition"])
        for incident in row["alertIncidents"]:
            assert {"assigneeId", "assigneeDisplayName", "assigneeUserPrincipalName"} <= set(incident)

    def test_graph2otel(self, demo):
        collector = demo.graph(demo.app(READERS[0]), "beta").named("graph2otel")
        scope = "?$filter=scopeId+eq+'/'+and+scopeType+eq+'DirectoryRole'"
        prefer = {"Prefer": "odata.maxpagesize=999"}
        alerts, definitions, configurations = (
            {it.get("alertDefinitionId", it["id"]): it for it in collector.get(f"{ALERTS}/{name}{scope}", headers=prefer)["value"]}
            for name in LISTS
        )
        assert set(alerts) == set(definitions) == set(configurations)
        for key, alert in alerts.items():
            assert definitions[key]["severityLevel"] and isinstance(configurations[key]["isEnabled"], bool)
            assert isinstance(alert["incidentCount"], int)
        without = collector.refused("GET", f"{ALERTS}/alerts", status=400)
        assert "MissingProvider" in without.message
