"""Request lines of real clients, byte for byte (clients dossier 2 and 6 to 8), and what they need back."""

import json

import pytest

from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.policy import POLICIES, get_rule, policy_id

JSON_TYPE = {"Content-Type": "application/json"}
NO_METADATA = {"Accept": "application/json;odata.metadata=none"}
NAME = "Quirk Tester"


@pytest.fixture(scope="module")
def known(demo) -> dict[str, str]:
    """A role that somebody holds actively and carol eligibly, and the ids that request lines mention."""
    role = demo.new_role(name=NAME)
    admin = demo.sdk("alice")
    holder, carol = demo.new_person(), demo.people["carol"].id
    active = admin.post(Order(ASSIGNMENT, "adminAssign", holder.id, role, window=permanent()))
    eligible = admin.post(Order(ELIGIBILITY, "adminAssign", carol, role, window=permanent()))
    return {
        "role": role,
        "holder": holder.id,
        "carol": carol,
        "upn": holder.upn,
        "active": active.id,
        "eligible": eligible.id,
        "policy": policy_id(demo.graph("alice"), role),
        "tenant": demo.tenant,
        "unit": demo.unit,
        "unitName": demo.facts["administrativeUnits"][0]["displayName"].replace(" ", "%20"),
        "group": demo.assignable_group(),
        "appId": demo.facts["servicePrincipals"][0]["appId"],
    }


D = "roleManagement/directory"
CLIENTS = {"m365": "CLI for Microsoft 365", "M365DSC": "Microsoft365DSC", "Terraform": "Terraform azuread"}

# Who sends it, the request target, and how many rows it must answer (None: one object).
LINES = [
    ("EasyPIM", "/v1.0//" + D + "/roleAssignmentScheduleRequests/filterByCurrentUser(on='approver')?$filter=status%20eq%20'PendingApproval'", 0),
    ("EasyPIM", "/v1.0/" + D + "/roleAssignmentScheduleInstances?$expand=roleDefinition,principal&$filter=principal/id%20eq%20'{holder}'%20and%20tolower(roleDefinition/displayName)%20eq%20'quirk%20tester'", 1),
    ("EasyPIM", "/v1.0/" + D + "/roleEligibilityScheduleInstances?$expand=roleDefinition,principal&$filter=tolower(roleDefinition/displayName)%20eq%20'quirk%20tester'", 1),
    ("EasyPIM", "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeType%20eq%20'DirectoryRole'%20and%20roleDefinitionId%20eq%20'{role}'%20and%20scopeId%20eq%20'/'%20", 1),
    ("EasyPIM", "/v1.0/policies/roleManagementPolicies/{policy}/rules", 17),
    ("EasyPIM", "/v1.0/directoryobjects/{holder}/", None),
    ("EasyPIM", "/v1.0/groups/{group}?$select=id,displayName,isAssignableToRole", None),
    ("EasyPIM", "/v1.0//users/{upn}", None),
    ("EasyPIM", "/v1.0/directoryRoles(roletemplateid%20='62e90394-69f5-4237-9190-012177145e10')", None),
    ("EasyPIM", "/v1.0/roleManagement/Directory/RoleDefinitions?$select=displayname&$filter=displayName%20eq%20'Quirk%20Tester'", 1),
    ("EasyPIM", "/v1.0/directory/administrativeUnits?$filter=displayName%20eq%20'{unitName}'", 1),
    ("EasyPIM", "/beta/administrativeUnits?$filter=displayName%20eq%20'{unitName}'", 1),
    ("EasyPIM", "/v1.0/servicePrincipals?$filter=appId%20eq%20'{appId}'", 1),
    ("M365DSC", "/beta/" + D + "/roleAssignmentSchedules?$filter=PrincipalId%20eq%20'{holder}'%20and%20RoleDefinitionId%20eq%20'{role}'", 1),
    ("M365DSC", "/beta/" + D + "/roleEligibilityScheduleRequests?$filter=PrincipalId%20eq%20'{carol}'%20and%20RoleDefinitionId%20eq%20'{role}'", 1),
    ("m365", "/v1.0/" + D + "/roleAssignmentScheduleInstances?$filter=principalId%20eq%20%27{holder}%27%20and%20startDateTime%20ge%202026-03-01T00:00:00Z&$expand=roleDefinition($select=displayName),principal", 1),
    ("m365", "/v1.0/" + D + "/roleAssignmentScheduleRequests?$filter=principalId%20eq%20%27{holder}%27%20and%20createdDateTime%20ge%202026-03-01T00:00:00Z%20and%20status%20eq%20%27Provisioned%27&$expand=roleDefinition($select=displayName),principal", 1),
    ("m365", "/v1.0/" + D + "/roleDefinitions?$filter=displayName%20eq%20%27Quirk%20Tester%27", 1),
    ("m365", "/v1.0/users?$filter=userPrincipalName%20eq%20%27{upn}%27&$select=Id", 1),
    ("Terraform", "/v1.0/policies/roleManagementPolicyAssignments?%24filter=scopeType+eq+%27DirectoryRole%27+and+scopeId+eq+%27%2F%27+and+policyId+eq+%27{policy}%27", 1),
    ("Terraform", "/v1.0/policies/roleManagementPolicies/{policy}?%24expand=%2A", None),
    ("Terraform", "/v1.0/directoryRoleTemplates", ...),
    ("Terraform", "/v1.0/directoryRoles", ...),
    ("graph-rs", "/v1.0/policies/roleManagementPolicyAssignments?%24filter=scopeId+eq+%27%2F%27+and+scopeType+eq+%27DirectoryRole%27+and+roleDefinitionId+eq+%27{role}%27&%24expand=policy%28%24expand%3Drules%29", 1),
    ("TypeScript", "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'%20and%20roleDefinitionId%20eq%20'{role}'&$expand=policy($expand%3Drules)", 1),
    ("JAz.PIM", "/v1.0/" + D + "/roleEligibilitySchedules?$expand=principal,roledefinition&$filter=roleDefinitionId%20eq%20'{role}'", 1),
    ("JAz.PIM", "/v1.0/" + D + "/roleAssignmentScheduleInstances?$select=startDateTime&$filter=roleAssignmentScheduleId%20eq%20'{active}'", 1),
    ("Maester", "/v1.0/" + D + "/roleAssignmentSchedules?$filter=roleDefinitionId%20eq%20'{role}'%20and%20assignmentType%20eq%20'Assigned'&$expand=principal", 1),
    ("Maester", "/v1.0/" + D + "/roleEligibilityScheduleInstances?$filter=roleDefinitionId%20eq%20'{role}'&$expand=principal", 1),
    ("PIMELIM", "/v1.0/" + D + "/roleAssignmentScheduleRequests?$filter=principalId%20eq%20'{holder}'%20and%20roleDefinitionId%20eq%20'{role}'", 1),
    ("Omnicit", "/v1.0/" + D + "/roleEligibilitySchedules?$filter=directoryScopeId%20eq%20'/'%20and%20roleDefinitionId%20eq%20'{role}'%20and%20principalId%20eq%20'{carol}'&$expand=principal,roleDefinition", 1),
    ("Omnicit", "/v1.0/directory/administrativeUnits/{unit}", None),
    ("collector", "/v1.0/auditlogs/directoryaudits?$filter=loggedByService+eq+'PIM'+and+activityDateTime+ge+2026-03-01T00:00:00Z&$orderby=activityDateTime+asc&$top=1000", ...),
    ("script", "/v1.0/users?filter=id%20eq%20'{holder}'&select=id", 1),
    ("script", "/v1.0/" + D + "/roleAssignments?$filter%20=%20principalId%20eq%20'{holder}'", 1),
    ("script", "/v1.0/" + D + "/roleAssignmentSchedules('{active}')", None),
    ("script", "/V1.0/ROLEMANAGEMENT/DIRECTORY/ROLEASSIGNMENTSCHEDULES/{active}/", None),
]  # fmt: skip


@pytest.mark.parametrize(("client", "line", "rows"), LINES, ids=[f"{client}-{number}" for number, (client, *_) in enumerate(LINES)])
def test_request_lines(client, line, rows, known, wire):
    answer = wire.named(CLIENTS.get(client, client)).replay("GET", line.format(**known), headers=NO_METADATA if client == "m365" else {})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    if rows is None:
        assert "value" not in body
    elif rows is ...:
        assert body["value"]
    else:
        assert len(body["value"]) == rows, body
    if client == "m365":
        assert set(body) <= {"value", "@odata.nextLink"}


def test_jaz_follows_its_request(known, role, demo, wire):
    """POST in Pascal case with a seven-digit local start, poll the status, then wait for the instance."""
    erin = demo.people["erin"].id
    wire.post(ELIGIBILITY.requests, Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()).json())
    mine = demo.graph("erin").named("JAz.PIM")
    start = demo.now().strftime("%Y-%m-%dT") + f"{demo.now().hour + 2:02}" + demo.now().strftime(":%M:%S.0000000+02:00")
    made = mine.post(
        ASSIGNMENT.requests,
        {
            "action": "SelfActivate",
            "principalId": erin,
            "roleDefinitionId": role,
            "directoryScopeId": "/",
            "justification": "Reset two locked accounts",
            "scheduleInfo": {"startDateTime": start, "expiration": {"type": "AfterDuration", "endDateTime": None, "duration": "PT5H"}},
            "ticketInfo": {"ticketNumber": None, "ticketSystem": None},
        },
    )
    assert made["action"] == "selfActivate"
    (status,) = mine.list(
        f"{ASSIGNMENT.requests}/filterByCurrentUser(on='principal')", select="status", filter=f"id eq '{made['id']}'"
    )
    assert status["status"] == "Provisioned"
    (instance,) = mine.list(
        f"{ASSIGNMENT.instances}/filterByCurrentUser(on='principal')",
        select="startDateTime",
        filter=f"roleAssignmentScheduleId eq '{made['targetScheduleId']}'",
    )
    assert instance["startDateTime"]
    demo.advance("PT5M")
    body = {"action": "SelfDeactivate", "principalId": erin, "roleDefinitionId": role, "directoryScopeId": "/"}
    ended = mine.post(ASSIGNMENT.requests, {**body, "targetScheduleId": made["id"]})
    assert (ended["status"], ended["scheduleInfo"]) == ("Revoked", None)


def test_m365_activates_with_an_empty_ticket_and_no_start(role, demo, wire):
    erin = demo.people["erin"].id
    wire.post(ELIGIBILITY.requests, Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()).json())
    # No reason is asked of erin here: the CLI sends none.
    path = f"{POLICIES}/{policy_id(wire, role)}/rules/Enablement_EndUser_Assignment"
    wire.patch(path, {"id": "Enablement_EndUser_Assignment", "enabledRules": []})
    body = {
        "principalId": erin,
        "roleDefinitionId": role,
        "directoryScopeId": "/",
        "action": "selfActivate",
        "scheduleInfo": {"expiration": {"duration": "PT8H", "type": "afterDuration"}},
        "ticketInfo": {},
    }
    answer = demo.graph("erin").named("CLI for Microsoft 365").send("POST", ASSIGNMENT.requests, body=body, headers=NO_METADATA)
    assert answer.status_code == 201
    assert not any(name.startswith("@odata.") for name in answer.json())


class TestEasyPim:
    def test_assigns_and_removes(self, side, role, demo, wire):
        start = demo.at(seconds=30).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        body = {
            "action": "adminAssign",
            "justification": "EasyPIM",
            "directoryScopeId": "/",
            "principalId": demo.people["erin"].id,
            "roleDefinitionId": role,
            "scheduleInfo": {
                "startDateTime": start,
                "expiration": {"type": "NoExpiration", "endDateTime": None, "duration": ""},
            },
            "ticketInfo": {
                "ticketNumber": "1",
                "ticketSystem": "s",
                "ticketSubmitterIdentityId": None,
                "ticketApproverIdentityId": None,
            },
        }
        wire = wire.named("EasyPIM")
        answer = wire.replay("POST", f"/v1.0//{side.requests.lstrip('/')}/", json.dumps(body).encode(), JSON_TYPE)
        assert (answer.status_code, answer.json()["status"]) == (201, "Provisioned"), answer.text
        demo.advance("PT5M")
        answer = wire.replay(
            "POST", f"/v1.0{side.requests}/", json.dumps({**body, "action": "adminRemove"}).encode(), JSON_TYPE
        )
        assert (answer.status_code, answer.json()["status"]) == (201, "Revoked"), answer.text

    def test_patches_a_policy(self, role, wire):
        target = {
            "caller": "EndUser",
            "operations": ["All"],
            "level": "Assignment",
            "inheritableSettings": [],
            "enforcedSettings": [],
        }
        kind = "#microsoft.graph.unifiedRoleManagementPolicy{}Rule"
        rules = [
            {
                "@odata.type": kind.format("Expiration"),
                "id": "Expiration_Admin_Eligibility",
                "isExpirationRequired": False,
                "target": {**target, "caller": "Admin", "level": "Eligibility"},
            },
            {
                "@odata.type": kind.format("Enablement"),
                "id": "Enablement_EndUser_Assignment",
                "enabledRules": ["Justification"],
                "target": target,
            },
            {
                "@odata.type": kind.format("AuthenticationContext"),
                "id": "AuthenticationContext_EndUser_Assignment",
                "isEnabled": True,
                "claimValue": "c1",
                "target": target,
            },
        ]
        wire.named("EasyPIM").patch(f"{POLICIES}/{policy_id(wire, role)}", {"rules": rules}, status=200)
        assert get_rule(wire, role, "Expiration_Admin_Eligibility")["maximumDuration"] == "P365D"
        assert get_rule(wire, role, "AuthenticationContext_EndUser_Assignment")["claimValue"] == "c1"


def test_m365dsc_strings_for_booleans_and_starts_without_seconds(role, demo):
    beta = demo.graph("alice", version="beta").named("Microsoft365DSC")
    start = demo.now().strftime("%Y-%m-%dT%H:%MZ")
    made = beta.post(
        ELIGIBILITY.requests,
        {
            "action": "AdminAssign",
            "principalId": demo.people["erin"].id,
            "roleDefinitionId": role,
            "directoryScopeId": "/",
            "justification": "DSC",
            "isValidationOnly": "false",
            "scheduleInfo": {"startDateTime": start, "expiration": {"type": "afterDuration", "duration": "P10D"}},
        },
    )
    assert (made["status"], made["isValidationOnly"]) == ("Provisioned", False)
    assert made["action"] == "AdminAssign", "beta echoes the action as it was sent"
    assert made["@odata.context"].startswith(f"{demo.base}/beta/$metadata#")


def test_m365dsc_patches_rules_with_a_stub_target_and_strings(role, demo):
    beta = demo.graph("alice", version="beta").named("Microsoft365DSC")
    path = f"{POLICIES}/{policy_id(beta, role)}/rules"
    stub = {"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyRuleTarget"}
    kind = "#microsoft.graph.unifiedRoleManagementPolicy{}Rule"
    dave = demo.people["dave"].id
    stage = {
        "approvalStageTimeOutInDays": "1",
        "escalationTimeInMinutes": "0",
        "isApproverJustificationRequired": "true",
        "isEscalationEnabled": "False",
        "primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": dave}],
    }
    setting = {"isApprovalRequired": "true", "isApprovalRequiredForExtension": "false", "approvalStages": [stage]}
    beta.patch(f"{path}/Approval_EndUser_Assignment", {"@odata.type": kind.format("Approval"), "setting": setting, "target": stub})
    beta.patch(
        f"{path}/Notification_Admin_EndUser_Assignment",
        {"@odata.type": kind.format("Notification"), "notificationRecipients": [None], "target": stub},
    )
    rules = {it["id"]: it for it in beta.list(path)}
    approval = rules["Approval_EndUser_Assignment"]
    assert approval["setting"]["isApprovalRequired"] is True
    assert approval["setting"]["approvalStages"][0]["primaryApprovers"][0]["id"] == dave
    assert (approval["target"]["caller"], approval["target"]["level"]) == ("EndUser", "Assignment")
    assert rules["Notification_Admin_EndUser_Assignment"]["notificationRecipients"] == []


def test_hamilton_posts_the_whole_object_again(role, demo, wire):
    order = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent())
    hamilton = wire.named("hamilton")
    made = hamilton.post(ELIGIBILITY.requests, order.json())
    demo.advance("PT5M")
    again = hamilton.post(ELIGIBILITY.requests, {**made, "action": "adminRemove"})
    assert again["status"] == "Revoked" and again["id"] != made["id"]


def test_terraform_creates_reads_and_deletes(role, demo):
    graph = demo.graph(demo.app()).named("Terraform azuread")
    body = {
        "@odata.type": "#microsoft.graph.unifiedRoleEligibilityScheduleRequest",
        "action": "adminAssign",
        "createdBy": None,
        "directoryScopeId": "/",
        "justification": "Terraform",
        "principalId": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811",
        "roleDefinitionId": role,
        "scheduleInfo": {"startDateTime": demo.now().isoformat(), "expiration": {"type": "noExpiration"}},
    }
    graph.refused("POST", ELIGIBILITY.requests, body, status=404, code="SubjectNotFound")
    made = graph.post(ELIGIBILITY.requests, {**body, "principalId": demo.people["erin"].id})
    for _ in range(5):
        read = graph.get(f"{ELIGIBILITY.requests}/{made['id']}", headers={"Content-Type": "application/json; charset=utf-8"})
        assert (read["justification"], read["directoryScopeId"]) == ("Terraform", "/")
    assert graph.get(f"{ELIGIBILITY.schedules}/{made['id']}")["id"] == made["id"], "its way back when the request is purged"
    gone = graph.post(
        ELIGIBILITY.requests,
        {
            "action": "adminRemove",
            "principalId": demo.people["erin"].id,
            "roleDefinitionId": role,
            "directoryScopeId": "/",
            "justification": "Terraform",
        },
    )
    assert gone["status"] == "Revoked"


def test_terraform_patches_a_policy_without_targets(role, demo, wire):
    policy = policy_id(wire, role)
    body = {
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicy",
        "id": policy,
        "lastModifiedBy": None,
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "rules": [
            {
                "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
                "id": "Expiration_EndUser_Assignment",
                "maximumDuration": "PT24H",
            }
        ],
    }
    wire.named("Terraform azuread").patch(f"{POLICIES}/{policy}", body, status=200)
    assert get_rule(wire, role, "Expiration_EndUser_Assignment")["maximumDuration"] == "P1D"


def test_links_carry_the_host_that_was_called(known, demo):
    """Behind a name, or called by one, the next page is where the client is."""
    headers = {"Authorization": f"Bearer {demo.user('alice').token}", "Host": "localhost:1234"}
    page = demo.http.get("/v1.0/users", params={"$top": "2"}, headers=headers).json()
    assert page["@odata.nextLink"].startswith("http://localhost:1234/v1.0/users?")
    assert page["@odata.context"].startswith("http://localhost:1234/v1.0/$metadata")


def test_me_token_to_replace(demo):
    assert demo.graph("erin").get("/users/me-token-to-replace")["id"] == demo.people["erin"].id


def test_options_of_the_wrong_case_and_without_dollar(known, wire):
    for name in ("$FILTER", "filter", "%24filter", "$Filter"):
        answer = wire.replay("GET", f"/v1.0{ASSIGNMENT.schedules}?{name}=id%20eq%20'{known['active']}'")
        assert len(answer.json()["value"]) == 1, answer.text


def test_headers_that_clients_send(known, wire):
    answer = wire.send(
        "GET",
        ASSIGNMENT.schedules,
        headers={
            "Accept": "application/json; charset=utf-8; IEEE754Compatible=false",
            "OData-MaxVersion": "4.0",
            "OData-Version": "4.0",
            "ConsistencyLevel": "eventual",
            "SdkVersion": "graph-python/1.65.0",
            "Prefer": "odata.maxpagesize=1",
            "x-ms-client-request-id": "x",
            "Content-Type": "application/json; charset=utf-8",
        },
    )
    assert answer.status_code == 200
