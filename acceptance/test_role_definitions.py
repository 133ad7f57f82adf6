"""Role definitions: the published built-in ones, and custom ones from birth to death."""

import pytest

from harness.order import ASSIGNMENT, Order, permanent
from harness.policy import ASSIGNMENTS, of_role
from msgraph.generated.models.unified_role_definition import UnifiedRoleDefinition
from msgraph.generated.models.unified_role_permission import UnifiedRolePermission

PATH = "/roleManagement/directory/roleDefinitions"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
NOBODY = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"


def custom(name: str) -> dict:
    permissions = [{"allowedResourceActions": ["microsoft.directory/applications/standard/read"]}]
    return {"displayName": name, "description": "Reads applications", "isEnabled": True, "rolePermissions": permissions}


def test_the_built_in_ones(wire):
    page = wire.get(PATH, filter="isBuiltIn eq true")
    assert page["@odata.context"] == f"{wire.metadata}#roleManagement/directory/roleDefinitions"
    assert "@odata.nextLink" not in page, "all fit one page"
    roles = {it["id"]: it["displayName"] for it in page["value"]}
    assert len(roles) == 143
    assert roles["62e90394-69f5-4237-9190-012177145e10"] == "Global Administrator"
    assert roles["e8611ab8-c189-46e8-94e1-60213ab1f814"] == "Privileged Role Administrator"
    assert roles["c34f683f-4d5a-4403-affd-6615e00e3a7f"] == "Workplace Device Join"
    assert all(it["templateId"] == it["id"] and it["isEnabled"] and it["version"] == "1" for it in page["value"])
    assert all(it["description"] for it in page["value"])


def test_one(wire):
    one = wire.get(f"{PATH}/{GLOBAL_READER}")
    assert one["@odata.context"] == f"{wire.metadata}#roleManagement/directory/roleDefinitions/$entity"
    assert (one["displayName"], one["resourceScopes"]) == ("Global Reader", ["/"])
    wire.refused("GET", f"{PATH}/{NOBODY}", status=404)


def test_by_name(wire):
    (one,) = wire.list(PATH, filter="displayName eq 'Global Reader'")
    assert one["id"] == GLOBAL_READER
    assert all(set(it) == {"displayName"} for it in wire.list(PATH, select="displayname"))


def test_is_privileged_is_beta(demo):
    assert demo.graph("alice", version="beta").get(f"{PATH}/{GLOBAL_READER}")["isPrivileged"] is True
    v1 = demo.graph("alice")
    assert "isPrivileged" not in v1.get(f"{PATH}/{GLOBAL_READER}")
    v1.refused("GET", f"{PATH}/{GLOBAL_READER}", status=400, select="isPrivileged")


def test_a_custom_role_from_birth_to_death(wire):
    made = wire.post(PATH, custom("App Registration Viewer"))
    assert (made["isBuiltIn"], made["templateId"], made["version"]) == (False, made["id"], None)
    (assignment,) = wire.list(ASSIGNMENTS, filter=of_role(made["id"]))
    assert assignment["roleDefinitionId"] == made["id"], "it has settings from the first moment"
    wire.patch(f"{PATH}/{made['id']}", {"displayName": "Viewer", "isEnabled": False})
    assert wire.get(f"{PATH}/{made['id']}")["displayName"] == "Viewer"
    wire.delete(f"{PATH}/{made['id']}")
    wire.refused("GET", f"{PATH}/{made['id']}", status=404)


def test_through_the_sdk(admin):
    permission = UnifiedRolePermission(allowed_resource_actions=["microsoft.directory/users/standard/read"])
    body = UnifiedRoleDefinition(display_name="By the SDK", is_enabled=True, role_permissions=[permission])
    made = admin.run(admin.directory.role_definitions.post(body))
    read = admin.run(admin.directory.role_definitions.by_unified_role_definition_id(made.id).get())
    assert read.role_permissions[0].allowed_resource_actions == ["microsoft.directory/users/standard/read"]


def test_a_disabled_role_cannot_be_given(role, wire, admin, demo):
    wire.patch(f"{PATH}/{role}", {"isEnabled": False})
    admin.refused(
        Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()),
        status=400,
        code="InvalidRoleAssignmentRequest",
    )


def test_a_role_in_use_is_not_deleted(role, wire, admin, demo):
    admin.post(Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    wire.refused("DELETE", f"{PATH}/{role}", status=400)


def test_built_in_roles_do_not_change(wire):
    wire.refused("PATCH", f"{PATH}/{GLOBAL_READER}", {"displayName": "Mine"}, status=400)
    wire.refused("DELETE", f"{PATH}/{GLOBAL_READER}", status=400)


@pytest.mark.parametrize("missing", ["displayName", "isEnabled", "rolePermissions"])
def test_required_members(missing, wire):
    body = custom("Incomplete")
    del body[missing]
    wire.refused("POST", PATH, body, status=400)


def test_only_administrators_write(demo):
    demo.graph("erin").refused("POST", PATH, custom("Mine"), status=403, code="Authorization_RequestDenied")


def test_legacy_names(wire):
    templates = wire.get("/directoryRoleTemplates")["value"]
    assert GLOBAL_READER in {it["id"] for it in templates}
    one = wire.get("/directoryRoles(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')")
    assert one["displayName"] == "Global Administrator" and one["id"] != one["roleTemplateId"]
