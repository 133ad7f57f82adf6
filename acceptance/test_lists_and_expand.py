"""Lists with all details, one row, `$expand`, and the OData options that clients use."""

import pytest

from harness.graph import parse_time
from harness.messages import UNAUTHORIZED
from harness.order import ASSIGNMENT, ELIGIBILITY, SIDES, Order, lasting, permanent

COLLECTIONS = ("requests", "schedules", "instances")
FIELDS = {
    "requests": [
        "id", "status", "createdDateTime", "completedDateTime", "approvalId", "customData", "action", "principalId",
        "roleDefinitionId", "directoryScopeId", "appScopeId", "isValidationOnly", "targetScheduleId", "justification",
        "createdBy", "scheduleInfo", "ticketInfo",
    ],
    ("assignment", "schedules"): [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "createdUsing", "createdDateTime",
        "modifiedDateTime", "status", "assignmentType", "memberType", "scheduleInfo",
    ],
    ("eligibility", "schedules"): [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "createdUsing", "createdDateTime",
        "modifiedDateTime", "status", "memberType", "scheduleInfo",
    ],
    ("assignment", "instances"): [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "startDateTime", "endDateTime",
        "assignmentType", "memberType", "roleAssignmentOriginId", "roleAssignmentScheduleId",
    ],
    ("eligibility", "instances"): [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "startDateTime", "endDateTime",
        "memberType", "roleEligibilityScheduleId",
    ],
}  # fmt: skip


@pytest.fixture(params=COLLECTIONS)
def what(request) -> str:
    return request.param


@pytest.fixture
def made(case, admin):
    """One grant of a case, as its request."""
    return admin.post(case.order("adminAssign", lasting("P30D")))


@pytest.fixture
def path(side, what) -> str:
    return getattr(side, what)


@pytest.fixture(scope="module")
def three(demo) -> str:
    """A role that alice, bob and carol are eligible for, and hold."""
    role = demo.new_role(name="Three Holders")
    admin = demo.sdk("alice")
    for side in SIDES:
        for who in ("alice", "bob", "carol"):
            admin.post(Order(side, "adminAssign", demo.people[who].id, role, window=permanent()))
    return role


def test_list_all_with_details(case, made, wire):
    for what in COLLECTIONS:
        path = getattr(case.side, what)
        page = wire.get(path, filter=f"roleDefinitionId eq '{case.role}'")
        assert page["@odata.context"] == f"{wire.metadata}#{path.lstrip('/')}"
        (row,) = page["value"]
        assert list(row) == FIELDS.get((case.side.word, what)) or list(row) == FIELDS.get(what)
        assert (row["principalId"], row["directoryScopeId"], row["appScopeId"]) == (case.principal, case.scope, None)


def test_the_sdk_lists_and_gets(case, made, admin):
    for what in COLLECTIONS:
        (row,) = admin.list(case.side, what, filter=f"roleDefinitionId eq '{case.role}'")
        one = admin.get(case.side, what, row.id)
        assert (one.id, one.principal_id, one.role_definition_id) == (row.id, case.principal, case.role)


def test_get_one(case, made, wire):
    for what in COLLECTIONS:
        path = getattr(case.side, what)
        (row,) = wire.list(path, filter=f"roleDefinitionId eq '{case.role}'")
        one = wire.get(f"{path}/{row['id']}")
        assert one.pop("@odata.context") == f"{wire.metadata}#{path.lstrip('/')}/$entity"
        assert one == row
        quoted = wire.get(f"{path}('{row['id']}')")
        assert quoted["id"] == row["id"]


def test_an_unknown_one_is_not_found(path, wire):
    for key in ("3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811", "no-such-row"):
        wire.refused("GET", f"{path}/{key}", status=404)


def test_schedules_and_instances_are_read_only(case, made, wire):
    for what in ("schedules", "instances"):
        path = getattr(case.side, what)
        (row,) = wire.list(path, filter=f"roleDefinitionId eq '{case.role}'")
        wire.refused("POST", path, row, status=405)
        wire.refused("PATCH", f"{path}/{row['id']}", {"principalId": case.principal}, status=405)
        wire.refused("DELETE", f"{path}/{row['id']}", status=405)


class TestExpand:
    def test_principal_role_and_scope(self, case, made, wire):
        types = {"user": "user", "group": "group", "servicePrincipal": "servicePrincipal"}
        for what in COLLECTIONS:
            path = getattr(case.side, what)
            expand = "principal,roleDefinition,directoryScope,appScope"
            page = wire.get(path, filter=f"roleDefinitionId eq '{case.role}'", expand=expand)
            assert page["@odata.context"].endswith("(principal(),roleDefinition(),directoryScope(),appScope())")
            (row,) = page["value"]
            assert row["principal"]["@odata.type"] == f"#microsoft.graph.{types[case.subject]}"
            assert row["principal"]["id"] == case.principal and row["principal"]["displayName"]
            assert row["roleDefinition"]["id"] == case.role and row["roleDefinition"]["rolePermissions"]
            assert row["appScope"] is None
            if case.scope == "/":
                assert row["directoryScope"] == {"id": "/"}
            else:
                assert row["directoryScope"]["id"] == case.scope.rpartition("/")[2]
                kind = "administrativeUnit" if "administrativeUnits" in case.scope else "servicePrincipal"
                assert row["directoryScope"]["@odata.type"] == f"#microsoft.graph.{kind}"

    def test_the_sdk_sees_the_principals_class(self, case, made, admin):
        (row,) = admin.list(
            case.side, "instances", filter=f"roleDefinitionId eq '{case.role}'", expand=["principal", "roleDefinition"]
        )
        assert type(row.principal).__name__ == {"user": "User", "group": "Group"}.get(case.subject, "ServicePrincipal")
        assert row.role_definition.id == case.role

    def test_target_schedule(self, case, made, wire, demo):
        row = wire.get(f"{case.side.requests}/{made.id}", expand="targetSchedule")
        assert row["targetSchedule"]["id"] == made.id
        demo.advance("P30D")
        row = wire.get(f"{case.side.requests}/{made.id}", expand="targetSchedule")
        assert row["targetScheduleId"] is row["targetSchedule"] is None

    def test_activated_using(self, role, admin, demo, wire):
        erin = demo.people["erin"].id
        eligible = admin.post(Order(ELIGIBILITY, "adminAssign", erin, role, window=permanent()))
        active = demo.sdk("erin").post(Order(ASSIGNMENT, "selfActivate", erin, role, window=lasting("PT1H")))
        for path in (ASSIGNMENT.requests, ASSIGNMENT.schedules):
            assert wire.get(f"{path}/{active.id}", expand="activatedUsing")["activatedUsing"]["id"] == eligible.id
        (instance,) = wire.list(
            ASSIGNMENT.instances, filter=f"roleAssignmentScheduleId eq '{active.id}'", expand="activatedUsing"
        )
        assert instance["activatedUsing"]["roleEligibilityScheduleId"] == eligible.id
        wire.refused("GET", f"{ELIGIBILITY.requests}/{eligible.id}", status=400, expand="activatedUsing")

    def test_nested_options(self, case, made, wire):
        (row,) = wire.list(
            case.side.instances,
            filter=f"roleDefinitionId eq '{case.role}'",
            select="id",
            expand="roleDefinition($select=displayName),principal($select=id)",
        )
        assert list(row) == ["id", "roleDefinition", "principal"]
        assert list(row["roleDefinition"]) == ["displayName"]
        assert set(row["principal"]) == {"@odata.type", "id"}

    def test_navigation_by_path(self, side, role, admin, demo, wire):
        made = admin.post(Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent()))
        assert wire.get(f"{side.schedules}/{made.id}/principal")["id"] == demo.people["erin"].id
        assert wire.get(f"{side.schedules}/{made.id}/roleDefinition")["id"] == role
        assert wire.get(f"{side.requests}/{made.id}/targetSchedule")["id"] == made.id
        wire.refused("GET", f"{side.schedules}/{made.id}/appScope", status=404)


class TestQueryOptions:
    @pytest.mark.parametrize(
        ("text", "holders"),
        [
            ("{role}", "abc"),
            ("{role} and principalId eq '{bob}'", "b"),
            ("PrincipalId eq '{bob}' and RoleDefinitionId eq '{id}'", "b"),
            ("{role} and principalId ne '{bob}'", "ac"),
            ("{role} and principalId in ('{bob}', '{carol}')", "bc"),
            ("{role} and (principalId eq '{bob}' or principalId eq '{carol}')", "bc"),
            ("{role} and not (principalId eq '{bob}')", "ac"),
            ("{role} and principal/id eq '{carol}'", "c"),
            ("{role} and principal/displayName eq '{alice_name}'", "a"),
            ("{role} and startswith(principal/displayName,'{alice_name}')", "a"),
            ("principal/id eq '{alice}' and tolower(roleDefinition/displayName) eq 'three holders'", "a"),
            ("roleDefinition/displayName eq 'Three Holders'", "abc"),
            ("roleDefinition/displayName eq 'three holders'", ""),
            ("{role} and directoryScopeId eq '/'", "abc"),
            ("{role} and directoryScopeId ne '/'", ""),
            ("{role} and appScopeId eq null", "abc"),
            ("{upper}", "abc"),
        ],
    )
    def test_filter(self, text, holders, path, three, demo, wire):
        people = {who: demo.people[who] for who in ("alice", "bob", "carol")}
        words = {who: it.id for who, it in people.items()} | {"id": three, "alice_name": people["alice"].name}
        words |= {"role": f"roleDefinitionId eq '{three}'", "upper": f"roleDefinitionId eq '{three.upper()}'"}
        rows = wire.list(path, filter=text.format(**words))
        assert {row["principalId"] for row in rows} == {it.id for who, it in people.items() if who[0] in holders}

    def test_paging(self, path, three, wire):
        role = f"roleDefinitionId eq '{three}'"
        first = wire.get(path, filter=role, top="2", count="true")
        assert (len(first["value"]), first["@odata.count"]) == (2, 3)
        assert first["@odata.nextLink"].startswith(f"{wire.root}{path}?")
        second = wire.get(first["@odata.nextLink"])
        assert len(second["value"]) == 1 and "@odata.nextLink" not in second and "@odata.count" not in second
        ids = [row["id"] for row in first["value"] + second["value"]]
        assert len(set(ids)) == 3

    def test_order(self, path, three, wire):
        ascending = [it["principalId"] for it in wire.list(path, filter=f"roleDefinitionId eq '{three}'", orderby="principalId")]
        descending = [
            it["principalId"] for it in wire.list(path, filter=f"roleDefinitionId eq '{three}'", orderby="principalId desc", top="1")
        ]
        assert ascending == sorted(ascending) == descending[::-1]

    def test_skip(self, path, three, wire):
        rows = wire.list(path, filter=f"roleDefinitionId eq '{three}'", orderby="principalId")
        rest = wire.list(path, filter=f"roleDefinitionId eq '{three}'", orderby="principalId", skip="2")
        assert rest == rows[2:]

    def test_select(self, path, three, wire):
        page = wire.get(path, filter=f"roleDefinitionId eq '{three}'", select="Id,PRINCIPALID")
        assert page["@odata.context"] == f"{wire.metadata}#{path.lstrip('/')}(id,principalId)"
        assert all(set(row) == {"id", "principalId"} for row in page["value"])

    def test_count_alone(self, path, three, wire):
        answer = wire.send("GET", f"{path}/$count", filter=f"roleDefinitionId eq '{three}'")
        assert (answer.status_code, answer.text) == (200, "3")
        assert answer.headers["content-type"].startswith("text/plain")

    def test_no_metadata(self, path, three, wire):
        page = wire.get(
            path,
            filter=f"roleDefinitionId eq '{three}'",
            top="2",
            headers={"Accept": "application/json;odata.metadata=none"},
        )
        assert set(page) == {"value", "@odata.nextLink"}
        assert not any(name.startswith("@") for row in page["value"] for name in row)

    @pytest.mark.parametrize(
        "options",
        [
            {"filter": "colour eq 'red'"},
            {"filter": "principalId eq"},
            {"filter": "principalId eq 'x"},
            {"filter": "(((principalId eq 'x'"},
            {"filter": "startDateTime ge 'yesterday'"},
            {"orderby": "colour"},
            {"select": "colour"},
            {"expand": "colour"},
            {"top": "-1"},
            {"top": "many"},
            {"skip": "-1"},
            {"skiptoken": "made-up"},
        ],
        ids=str,
    )
    def test_nonsense_is_refused(self, options, path, wire):
        wire.refused("GET", path, status=400, **options)

    def test_dates(self, role, admin, demo, wire):
        erin = demo.people["erin"].id
        admin.post(Order(ASSIGNMENT, "adminAssign", erin, role, window=permanent()))
        now = demo.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        mine = f"roleDefinitionId eq '{role}' and"
        for path, field in ((ASSIGNMENT.instances, "startDateTime"), (ASSIGNMENT.requests, "createdDateTime")):
            assert len(wire.list(path, filter=f"{mine} {field} ge {now}")) == 1
            assert len(wire.list(path, filter=f"{mine} {field} le {now}")) == 1
            assert wire.list(path, filter=f"{mine} {field} gt {now}") == []
            assert wire.list(path, filter=f"{mine} {field} lt {now}") == []
        assert len(wire.list(ASSIGNMENT.requests, filter=f"{mine} createdDateTime ge {now}", orderby="createdDateTime desc")) == 1

    def test_status(self, role, admin, demo, wire, side):
        order = Order(side, "adminAssign", demo.people["erin"].id, role)
        admin.post(order.but(window=lasting("P1D", demo.at(days=1))))
        mine = f"roleDefinitionId eq '{role}' and"
        assert len(wire.list(side.requests, filter=f"{mine} status eq 'Granted'")) == 1
        demo.advance("P1D")
        assert len(wire.list(side.requests, filter=f"{mine} status eq 'Provisioned'")) == 1
        assert wire.list(side.requests, filter=f"{mine} status eq 'Granted'") == []


class TestWhoMayList:
    @pytest.mark.parametrize("who", ["alice", "bob", "dave"])
    def test_readers(self, who, path, demo):
        assert "value" in demo.graph(who).get(path)

    def test_others_are_refused_and_not_given_a_trimmed_list(self, path, demo):
        demo.graph("erin").refused("GET", path, **UNAUTHORIZED)

    def test_everybody_may_list_their_own(self, side, path, role, person, admin, demo):
        own = f"principalId eq '{person.id}'"
        assert demo.graph(person).list(path, filter=own) == []
        admin.post(Order(side, "adminAssign", person.id, role, window=permanent()))
        assert [it["roleDefinitionId"] for it in demo.graph(person).list(path, filter=own)] == [role]

    def test_a_members_list_names_what_comes_through_a_group(self, side, role, admin, demo, wire):
        group, carol = demo.assignable_group(member="carol"), demo.people["carol"].id
        made = admin.post(Order(side, "adminAssign", group, role, window=permanent()))
        (whole,) = wire.list(side.instances, filter=f"roleDefinitionId eq '{role}'")
        assert (whole["principalId"], whole["memberType"]) == (group, "Direct")
        (mine,) = wire.list(side.instances, filter=f"roleDefinitionId eq '{role}' and principalId eq '{carol}'")
        assert (mine["principalId"], mine["memberType"], mine[side.parent]) == (carol, "Group", made.id)
        assert mine["id"] != whole["id"]


def test_times_are_spelt_as_graph_spells_them(role, admin, demo, wire):
    admin.post(Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=lasting("PT36H")))
    (request,) = wire.list(ASSIGNMENT.requests, filter=f"roleDefinitionId eq '{role}'")
    assert parse_time(request["createdDateTime"]) == demo.now()
    assert request["scheduleInfo"]["expiration"] == {"type": "afterDuration", "endDateTime": None, "duration": "P1DT12H"}
    assert request["createdBy"] == {
        "application": None,
        "device": None,
        "user": {"displayName": None, "id": demo.people["alice"].id},
    }
    assert request["ticketInfo"] == {"ticketNumber": None, "ticketSystem": None}
