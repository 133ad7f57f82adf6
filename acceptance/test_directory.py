"""The directory underneath, as far as PIM needs it: users, groups, service principals, units, tenant."""

import uuid

import pytest

from harness.sdk import configured

NOBODY = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"
NOT_FOUND = {
    "status": 404,
    "code": "Request_ResourceNotFound",
    "message": f"Resource '{NOBODY}' does not exist or one of its queried reference-property objects are not present.",
}
USER = [
    "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
]  # fmt: skip


@pytest.fixture
def app(demo):
    return demo.graph(demo.app())


@pytest.fixture
def new_group(demo, app):
    def make(**more) -> dict:
        name = f"group-{uuid.uuid4().hex[:8]}"
        body = {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True, **more}
        return app.post("/groups", body)

    return make


def reference(graph, key: str) -> dict:
    return {"@odata.id": f"{graph.root}/directoryObjects/{key}"}


class TestUsers:
    def test_list(self, app, demo):
        page = app.get("/users")
        assert page["@odata.context"] == f"{app.metadata}#users"
        assert all(sorted(it) == sorted(USER) for it in page["value"])
        assert len(app.list("/users")) >= 45
        assert {it.id for it in demo.people.values()} <= {it["id"] for it in app.list("/users", select="id")}

    def test_by_id_and_by_name(self, app, demo):
        carol = demo.people["carol"]
        for path in (carol.id, carol.upn, carol.upn.upper(), carol.id.upper()):
            assert app.get(f"/users/{path}")["id"] == carol.id
        assert app.get(f"/users('{carol.upn}')")["id"] == carol.id
        app.refused("GET", f"/users/{NOBODY}", **NOT_FOUND)

    @pytest.mark.parametrize(
        "text",
        [
            "userPrincipalName eq '{upn}'",
            "id eq '{id}'",
            "startswith(userPrincipalName,'carol@')",
            "displayName eq '{name}'",
            "userPrincipalName in ('{upn}')",
            "mail eq '{upn}' or userPrincipalName eq '{upn}'",
        ],
    )
    def test_filter(self, text, app, demo):
        carol = demo.people["carol"]
        rows = app.list("/users", filter=text.format(upn=carol.upn, id=carol.id, name=carol.name), select="Id")
        assert rows == [{"id": carol.id}]

    def test_more_by_select(self, app, demo):
        one = app.get(f"/users/{demo.people['carol'].id}", select="id,accountEnabled,userType")
        one.pop("@odata.context")
        assert one == {"id": demo.people["carol"].id, "accountEnabled": True, "userType": "Member"}

    def test_me(self, demo):
        for who in ("alice", "erin"):
            assert demo.graph(who).get("/me")["id"] == demo.people[who].id
        demo.graph(demo.app()).refused(
            "GET",
            "/me",
            status=400,
            code="BadRequest",
            message="/me request is only valid with delegated authentication flow.",
        )

    def test_birth_and_death(self, app):
        name = f"u{uuid.uuid4().hex[:8]}@demo.example"
        body = {
            "accountEnabled": True,
            "displayName": "New Person",
            "mailNickname": name.partition("@")[0],
            "userPrincipalName": name,
            "passwordProfile": {"password": "Correct-Horse-9-Battery", "forceChangePasswordNextSignIn": False},
        }
        made = app.post("/users", body)
        assert "passwordProfile" not in made
        app.patch(f"/users/{made['id']}", {"displayName": "Renamed Person"})
        assert app.get(f"/users/{name}")["displayName"] == "Renamed Person"
        assert app.refused("POST", "/users", body, status=400).code == "Request_BadRequest"
        app.delete(f"/users/{made['id']}")
        app.refused("GET", f"/users/{made['id']}", status=404, code="Request_ResourceNotFound")

    def test_groups_of_a_person(self, app, demo):
        group, carol = demo.assignable_group(member="carol"), demo.people["carol"].id
        for path in (f"/users/{carol}/memberOf", f"/users/{carol}/transitiveMemberOf"):
            assert group in {it["id"] for it in app.list(path)}
        mine = demo.graph("carol").list("/me/memberOf")
        assert {it["@odata.type"] for it in mine} >= {"#microsoft.graph.group"}
        answer = app.post(f"/users/{carol}/checkMemberGroups", {"groupIds": [group, NOBODY]}, status=200)
        assert answer["value"] == [group]

    def test_through_the_sdk(self, admin, demo):
        carol = demo.people["carol"]
        one = admin.run(admin.client.users.by_user_id(carol.upn).get())
        assert (one.id, one.display_name) == (carol.id, carol.name)
        builder = admin.client.users
        (same,) = admin.run(builder.get(configured(builder, filter=f"userPrincipalName eq '{carol.upn}'"))).value
        assert same.id == carol.id
        assert admin.run(admin.client.me.get()).id == demo.people["alice"].id


class TestGroups:
    def test_list_and_get(self, app, demo):
        page = app.get("/groups")
        assert page["@odata.context"] == f"{app.metadata}#groups"
        known = {it["id"]: it["isAssignableToRole"] for it in demo.facts["groups"]}
        assert {it["id"]: it["isAssignableToRole"] for it in app.list("/groups")}.items() >= known.items()
        group = demo.assignable_group()
        one = app.get(f"/groups/{group}", select="id,displayName,isAssignableToRole")
        assert one["isAssignableToRole"] is True
        assignable = app.list("/groups", filter="isAssignableToRole eq true")
        assert {it["id"] for it in assignable} >= {key for key, yes in known.items() if yes}

    def test_members(self, app, demo):
        facts = next(it for it in demo.facts["groups"] if it["members"])
        page = app.get(f"/groups/{facts['id']}/members")
        assert page["@odata.context"] == f"{app.metadata}#directoryObjects"
        members = app.list(f"/groups/{facts['id']}/members")
        assert {it["id"] for it in members} == set(facts["members"])
        assert all(it["@odata.type"] == "#microsoft.graph.user" for it in members)
        answer = app.send("GET", f"/groups/{facts['id']}/members/$count", headers={"ConsistencyLevel": "eventual"})
        assert answer.text == str(len(facts["members"]))

    def test_birth_members_and_death(self, app, new_group, demo):
        erin = demo.people["erin"].id
        group = new_group()
        assert (group["isAssignableToRole"], group["securityEnabled"]) == (False, True)
        path = f"/groups/{group['id']}"
        app.post(f"{path}/members/$ref", reference(app, erin), status=204)
        assert [it["id"] for it in app.list(f"{path}/members")] == [erin]
        again = app.refused("POST", f"{path}/members/$ref", reference(app, erin), status=400)
        assert again.message == (
            "One or more added object references already exist for the following modified properties: 'members'."
        )
        app.delete(f"{path}/members/{erin}/$ref")
        assert app.list(f"{path}/members") == []
        app.patch(path, {"displayName": "Renamed"})
        assert app.get(path)["displayName"] == "Renamed"
        app.delete(path)
        app.refused("GET", path, status=404)

    def test_nested_members(self, app, new_group, demo):
        erin = demo.people["erin"].id
        outer, inner = new_group()["id"], new_group()["id"]
        app.post(f"/groups/{outer}/members/$ref", reference(app, inner), status=204)
        app.post(f"/groups/{inner}/members/$ref", reference(app, erin), status=204)
        assert [it["id"] for it in app.list(f"/groups/{outer}/members")] == [inner]
        assert {it["id"] for it in app.list(f"/groups/{outer}/transitiveMembers")} == {inner, erin}
        # A ring must not turn into a hang.
        app.post(f"/groups/{inner}/members/$ref", reference(app, outer), status=204)
        assert erin in {it["id"] for it in app.list(f"/groups/{outer}/transitiveMembers")}

    def test_no_list_of_memberships_ends_early(self, app, new_group, demo):
        """Somebody in more groups than `$expand` shows, and a group with more members."""
        person = demo.new_person()
        outer = new_group()["id"]
        groups = [new_group()["id"] for _ in range(23)]
        for group in groups:
            app.post(f"/groups/{group}/members/$ref", reference(app, person.id), status=204)
            app.post(f"/groups/{outer}/members/$ref", reference(app, group), status=204)
        for path, expected in (
            (f"/users/{person.id}/memberOf", {*groups}),
            (f"/users/{person.id}/transitiveMemberOf", {*groups, outer}),
            (f"/groups/{outer}/members", {*groups}),
            (f"/groups/{outer}/transitiveMembers", {*groups, person.id}),
        ):
            for query in ({}, {"top": 7}):
                found = [it["id"] for it in app.list(path, **query)]
                assert len(found) == len(expected) and {*found} == expected, path
            eventual = {"ConsistencyLevel": "eventual"}
            assert app.get(path, top=2, count="true", headers=eventual)["@odata.count"] == len(expected)
            (only,) = app.list(path, filter=f"id eq '{groups[3]}'")
            assert only["id"] == groups[3]
        groups_only = app.list(f"/groups/{outer}/transitiveMembers/microsoft.graph.group", top=10)
        assert {it["id"] for it in groups_only} == {*groups}
        linked = app.list(f"/groups/{outer}/members/$ref", top=10)
        assert {it["@odata.id"].rpartition("/")[2] for it in linked} == {*groups}

    def test_role_assignable_groups_are_guarded(self, app, new_group):
        group = new_group(isAssignableToRole=True)
        assert group["isAssignableToRole"] is True
        app.refused("PATCH", f"/groups/{group['id']}", {"isAssignableToRole": False}, status=400)
        inner = new_group()["id"]
        app.refused("POST", f"/groups/{group['id']}/members/$ref", reference(app, inner), status=400)
        name = f"bad-{uuid.uuid4().hex[:8]}"
        body = {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": False}
        app.refused("POST", "/groups", {**body, "isAssignableToRole": True}, status=400)

    def test_nobody_joins_a_role_assignable_group_without_the_right(self, demo):
        group = demo.assignable_group()
        erin = demo.graph("erin")
        body = reference(erin, demo.people["erin"].id)
        erin.refused("POST", f"/groups/{group}/members/$ref", body, status=403, code="Authorization_RequestDenied")


class TestServicePrincipals:
    def test_list_get_and_alternate_key(self, app, demo):
        facts = demo.facts["servicePrincipals"][0]
        assert {it["id"] for it in demo.facts["servicePrincipals"]} <= {it["id"] for it in app.list("/servicePrincipals")}
        for path in (f"/servicePrincipals/{facts['id']}", f"/servicePrincipals(appId='{facts['appId']}')"):
            one = app.get(path)
            assert (one["id"], one["appId"], one["displayName"]) == (facts["id"], facts["appId"], facts["displayName"])
        (one,) = app.list("/servicePrincipals", filter=f"appId eq '{facts['appId']}'")
        assert one["id"] == facts["id"]


class TestAdministrativeUnits:
    def test_birth_members_and_death(self, app, demo):
        made = app.post("/directory/administrativeUnits", {"displayName": "Branch", "description": "A branch office"})
        path = f"/directory/administrativeUnits/{made['id']}"
        app.post(f"{path}/members/$ref", reference(app, demo.people["erin"].id), status=204)
        assert [it["id"] for it in app.list(f"{path}/members")] == [demo.people["erin"].id]
        app.patch(path, {"displayName": "Main office"})
        assert app.get(path)["displayName"] == "Main office"
        app.delete(path)
        app.refused("GET", path, status=404)

    def test_list_and_filter(self, app, demo):
        facts = demo.facts["administrativeUnits"][0]
        (one,) = app.list("/directory/administrativeUnits", filter=f"displayName eq '{facts['displayName']}'")
        assert one["id"] == facts["id"]
        beta = demo.graph(demo.app(), version="beta")
        assert facts["id"] in {it["id"] for it in beta.list("/administrativeUnits")}


class TestObjectsOfAnyKind:
    def test_one(self, app, demo):
        kinds = {
            demo.people["erin"].id: "user",
            demo.assignable_group(): "group",
            demo.service_principal: "servicePrincipal",
            demo.unit: "administrativeUnit",
        }
        for key, kind in kinds.items():
            one = app.get(f"/directoryObjects/{key}")
            assert (one["id"], one["@odata.type"]) == (key, f"#microsoft.graph.{kind}")
            assert one["@odata.context"] == f"{app.metadata}#directoryObjects/$entity"
        app.refused("GET", f"/directoryObjects/{NOBODY}", **NOT_FOUND)

    def test_several(self, app, demo):
        erin, group = demo.people["erin"].id, demo.assignable_group()
        answer = app.post("/directoryObjects/getByIds", {"ids": [erin, group, NOBODY]}, status=200)
        assert {it["id"] for it in answer["value"]} == {erin, group}
        answer = app.post("/directoryObjects/getByIds", {"ids": [erin, group], "types": ["User"]}, status=200)
        assert [it["id"] for it in answer["value"]] == [erin]
        app.refused("POST", "/directoryObjects/getByIds", {"ids": [erin] * 1001}, status=400)


def test_the_organization(app, demo):
    page = app.get("/organization")
    assert page["@odata.context"] == f"{app.metadata}#organization"
    (one,) = page["value"]
    assert one["id"] == demo.tenant and any(it["isDefault"] for it in one["verifiedDomains"])
    assert app.get(f"/organization/{demo.tenant}")["id"] == demo.tenant


def test_paging(app):
    page = app.get("/users", top="7")
    assert len(page["value"]) == 7 and page["@odata.nextLink"]
    everybody = app.list("/users", top="7")
    assert len({it["id"] for it in everybody}) == len(everybody) == len(app.list("/users"))
    app.refused("GET", "/users", status=400, top="0")
    app.refused(
        "GET",
        "/users",
        status=400,
        code="Request_UnsupportedQuery",
        message="Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.",
        top="1000",
    )


def test_a_deleted_person_holds_nothing(app, demo, role):
    from harness.order import ASSIGNMENT, Order, permanent

    name = f"gone{uuid.uuid4().hex[:8]}"
    person = app.post(
        "/users",
        {
            "accountEnabled": True,
            "displayName": "Soon Gone",
            "mailNickname": name,
            "userPrincipalName": f"{name}@demo.example",
            "passwordProfile": {"password": "Correct-Horse-9-Battery"},
        },
    )
    demo.sdk("alice").post(Order(ASSIGNMENT, "adminAssign", person["id"], role, window=permanent()))
    app.delete(f"/users/{person['id']}")
    assert app.list(ASSIGNMENT.instances, filter=f"roleDefinitionId eq '{role}'") == []
