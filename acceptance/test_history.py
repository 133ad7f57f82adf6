"""The past: who held what at an instant and by whose leave, what happened to somebody and with a role, and figures."""

from datetime import timedelta

import pytest

from harness.demo import zulu
from harness.graph import parse_time
from harness.licence import licensed
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.past import Past
from harness.policy import set_rule

NOBODY = "3c6e0a4b-7d21-4f58-9b1e-6a0c5d2f8e17"
HOLDINGS = "/history/holdings"
STATISTICS = "/history/statistics"
NO_SCOPE = {"status": 403, "code": "Authentication_MSGraphPermissionMissing"}
NO_ROLE = {"status": 403, "code": "Authentication_RequestFromUnsupportedUserRole"}


def timeline_of(thing: str, key: str) -> str:
    return f"/history/{thing}/{key}/timeline"


@pytest.fixture
def past(demo):
    return Past(demo)


@pytest.fixture
def activate(demo, person, role):
    def it(duration: str = "PT2H", **more):
        return demo.sdk(person).post(Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting(duration), **more))

    return it


@pytest.fixture
def eligible(admin, person, role):
    order = Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent(), justification="Rota")
    return admin.post(order)


def held(past, **query) -> list[tuple]:
    return sorted((it["kind"], it["memberType"], it["schedule"]["id"]) for it in past.list(HOLDINGS, **query))


class TestWhoHeldWhat:
    def test_at_each_instant_what_was_in_force_then(self, demo, past, person, eligible, activate):
        demo.advance("PT1H")
        made = activate("PT2H")
        start = demo.now()
        demo.advance("PT9H")
        always = [("eligibility", "Direct", eligible.id)]
        both = sorted([*always, ("assignment", "Direct", made.id)])
        for at, expected in [
            (start - timedelta(microseconds=1), always),
            (start, both),
            (start + timedelta(hours=2, microseconds=-1), both),
            (start + timedelta(hours=2), always),
            (demo.now(), always),
            (start - timedelta(hours=1, microseconds=1), []),
        ]:
            assert held(past, at=zulu(at), principalId=person.id) == expected, at

    def test_by_whose_order_and_leave(self, demo, past, wire, person, role, eligible):
        approver = demo.new_person()
        named = [{"@odata.type": "#microsoft.graph.singleUser", "userId": approver.id}]
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": named}]}
        set_rule(wire, role, "Approval", "Approval_EndUser_Assignment", setting=setting)
        order = Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT2H"), justification="Night shift")
        asked = demo.sdk(person).post(order)
        path = f"/roleManagement/directory/roleAssignmentApprovals/{asked.id}/steps/{asked.id}"
        demo.graph(approver, "beta").patch(path, {"reviewResult": "Approve", "justification": "Go on"})
        at = demo.now()
        demo.advance("P2D")
        (row,) = past.list(HOLDINGS, at=zulu(at), principalId=person.id, kind="assignment")
        assert (row["principal"]["id"], row["principal"]["userPrincipalName"]) == (person.id, person.upn)
        assert (row["roleDefinition"]["id"], row["directoryScopeId"], row["group"]) == (role, "/", None)
        request, schedule = row["request"], row["schedule"]
        assert (request["id"], request["action"], request["justification"]) == (asked.id, "selfActivate", "Night shift")
        assert (request["createdBy"]["id"], request["isApprovalRequired"]) == (person.id, True)
        assert (schedule["id"], schedule["assignmentType"], schedule["endCause"]) == (asked.id, "Activated", "expired")
        assert parse_time(schedule["endedDateTime"]) == at + timedelta(hours=2)
        (decision,) = row["decisions"]
        assert (decision["reviewedBy"]["id"], decision["reviewResult"]) == (approver.id, "Approve")
        assert (decision["justification"], parse_time(decision["reviewedDateTime"])) == ("Go on", at)

    def test_through_groups_as_they_stood(self, demo, past, wire, person, role, admin):
        app = demo.graph(demo.app())
        body = {
            "displayName": f"Group of {person.name}", "mailNickname": person.upn.partition("@")[0], "mailEnabled": False,
            "securityEnabled": True, "isAssignableToRole": True,
        }  # fmt: skip
        group = app.post("/groups", body)["id"]
        given = admin.post(Order(ASSIGNMENT, "adminAssign", group, role, window=permanent()))
        before = demo.now()
        demo.advance("PT1H")
        app.post(f"/groups/{group}/members/$ref", {"@odata.id": f"{app.root}/directoryObjects/{person.id}"}, status=204)
        joined = demo.now()
        demo.advance("PT1H")
        app.delete(f"/groups/{group}/members/{person.id}/$ref")
        left = demo.now()
        demo.advance("PT1H")
        through = [("assignment", "Group", given.id)]
        for at, expected in [(before, []), (joined, through), (left - timedelta(microseconds=1), through), (left, [])]:
            assert held(past, at=zulu(at), principalId=person.id) == expected, at
        rows = past.list(HOLDINGS, at=zulu(joined), roleDefinitionId=role)
        shown = sorted((it["principal"]["id"], it["memberType"], it["group"] and it["group"]["id"]) for it in rows)
        assert shown == sorted([(group, "Direct", None), (person.id, "Group", group)])
        # What is gone is still known.
        app.delete(f"/groups/{group}")
        rows = past.list(HOLDINGS, at=zulu(joined), principalId=person.id)
        assert rows[0]["group"]["displayName"] == body["displayName"] and rows[0]["group"]["deletedDateTime"]

    def test_filters(self, demo, past, person, role, eligible, activate):
        activate()
        other = demo.new_role()
        query = {"principalId": person.id}
        assert len(past.list(HOLDINGS, **query)) == 2
        assert len(past.list(HOLDINGS, roleDefinitionId=role)) == 2
        for more, count in [
            ({"kind": "eligibility"}, 1),
            ({"kind": "ASSIGNMENT"}, 1),
            ({"roleDefinitionId": role}, 2),
            ({"roleDefinitionId": other}, 0),
            ({"directoryScopeId": "/"}, 2),
            ({"directoryScopeId": f"/administrativeUnits/{demo.unit}"}, 0),
        ]:
            assert len(past.list(HOLDINGS, **query, **more)) == count, more

    @pytest.mark.parametrize("top", [1, 2, 7])
    def test_pages(self, top, demo, past, person, eligible):
        at = zulu(demo.now())
        demo.advance("PT1H")
        whole = past.list(HOLDINGS, at=at, top=1000)
        paged = past.list(HOLDINGS, at=at, top=top)
        assert len(whole) > 7
        assert [it["schedule"]["id"] for it in paged] == [it["schedule"]["id"] for it in whole]

    def test_what_ends_between_pages_is_told_once(self, demo, past, admin, role):
        people = [demo.new_person() for _ in range(4)]
        for someone in people:
            admin.post(Order(ASSIGNMENT, "adminAssign", someone.id, role, window=lasting("PT1H")))
        at = zulu(demo.now())
        page = past.get(HOLDINGS, at=at, roleDefinitionId=role, top=2)
        seen = [it["principal"]["id"] for it in page["value"]]
        demo.advance("PT2H")
        rest = past.get(page["@odata.nextLink"])
        seen += [it["principal"]["id"] for it in rest["value"]]
        assert sorted(seen) == sorted(it.id for it in people) and "@odata.nextLink" not in rest

    def test_questions_that_are_none(self, demo, past):
        for query, message in [
            ({"at": "soon"}, "`at`: not a date and time"),
            ({"at": "2026-03-02T08:00:00"}, None),
            ({"at": zulu(demo.at(seconds=1))}, "`at` lies ahead: nobody knows who will hold what."),
            ({"principalId": "me"}, "`principalId` must be a GUID, not 'me'."),
            ({"directoryScopeId": "nowhere"}, None),
            ({"kind": "owned"}, "`kind` is one of assignment, eligibility."),
            ({"colour": "red"}, "The query parameter 'colour' is not supported."),
        ]:
            past.refused(HOLDINGS, status=400, code="BadRequest", message=message, **query)
        past.refused(f"{HOLDINGS}?$filter=x", status=400, code="BadRequest")
        past.refused(f"{HOLDINGS}?kind=assignment&kind=eligibility", status=400, code="BadRequest")
        for name in ("principalId", "roleDefinitionId"):
            past.refused(HOLDINGS, status=404, code="Request_ResourceNotFound", **{name: NOBODY})
        for token in ("x", "AAAA"):
            assert past.send(HOLDINGS, skiptoken=token).status_code == 400

    def test_a_page_token_is_good_for_its_question_alone(self, demo, past):
        at = zulu(demo.now())
        link = past.get(HOLDINGS, at=at, top=1)["@odata.nextLink"]
        assert past.send(link).status_code == 200
        assert past.send(f"{link}&kind=assignment").status_code == 400


class TestWhatHappenedToSomebody:
    def test_everything_the_latest_first(self, demo, past, person, role, eligible, activate):
        demo.advance("PT1H")
        made = activate("PT8H")
        demo.advance("PT1H")
        demo.sdk(person).post(Order(ASSIGNMENT, "selfDeactivate", person.id, role))
        events = past.list(timeline_of("principals", person.id))
        shown = [(it["kind"], (it.get("request") or it.get("schedule"))["id"]) for it in events]
        assert shown[0] == ("grantEnded", made.id)
        assert shown[2:] == [
            ("grantStarted", made.id), ("request", made.id), ("grantStarted", eligible.id), ("request", eligible.id),
        ]  # fmt: skip
        assert shown[1][0] == "request" and events[1]["request"]["action"] == "selfDeactivate"
        assert events[0]["schedule"]["endCause"] == "deactivated"
        times = [parse_time(it["dateTime"]) for it in events]
        assert times == sorted(times, reverse=True)

    def test_what_time_did_is_there_whether_it_was_noted_or_not(self, demo, past, person, eligible, activate):
        made = activate("PT2H")
        end = demo.at(hours=2)
        demo.advance("PT5H")
        events = past.list(timeline_of("principals", person.id), kind="grantEnded")
        assert [(it["schedule"]["id"], it["schedule"]["endCause"]) for it in events] == [(made.id, "expired")]
        assert parse_time(events[0]["dateTime"]) == end

    def test_decisions_by_and_about(self, demo, past, wire, person, role, eligible):
        approver = demo.new_person()
        named = [{"@odata.type": "#microsoft.graph.singleUser", "userId": approver.id}]
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": named}]}
        set_rule(wire, role, "Approval", "Approval_EndUser_Assignment", setting=setting)
        asked = demo.sdk(person).post(Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT2H")))
        path = f"/roleManagement/directory/roleAssignmentApprovals/{asked.id}/steps/{asked.id}"
        demo.graph(approver, "beta").patch(path, {"reviewResult": "Deny", "justification": "Not today"})
        for who in (person, approver):
            (event,) = past.list(timeline_of("principals", who.id), kind="decision")
            assert (event["request"]["id"], event["request"]["status"]) == (asked.id, "Denied")
            assert (event["decision"]["reviewResult"], event["decision"]["reviewedBy"]["id"]) == ("Deny", approver.id)
        (event,) = past.list(timeline_of("roles", role), kind="decision")
        assert event["principal"]["id"] == person.id

    def test_memberships(self, demo, past, person):
        app = demo.graph(demo.app())
        group = demo.ordinary_group
        app.post(f"/groups/{group}/members/$ref", {"@odata.id": f"{app.root}/directoryObjects/{person.id}"}, status=204)
        demo.advance("PT1H")
        app.delete(f"/groups/{group}/members/{person.id}/$ref")
        events = past.list(timeline_of("principals", person.id))
        shown = [(it["kind"], it["container"]["id"], it["principal"]["id"]) for it in events]
        assert shown == [("memberRemoved", group, person.id), ("memberAdded", group, person.id)]
        of_group = past.list(timeline_of("principals", group), kind="memberRemoved")
        assert person.id in {it["principal"]["id"] for it in of_group}

    @pytest.mark.parametrize("top", [1, 2, 3])
    def test_pages_and_spans(self, top, demo, past, person, eligible, activate):
        for _ in range(3):
            activate("PT1H")
            demo.advance("PT2H")
        path = timeline_of("principals", person.id)
        whole = past.list(path)
        assert len(whole) == 2 + 3 * 3
        assert past.list(path, top=top) == whole
        middle = whole[len(whole) // 2]["dateTime"]
        later, earlier = past.list(path, **{"from": middle}, top=top), past.list(path, until=middle, top=top)
        assert later + earlier == whole and later and earlier

    def test_everybody_may_read_their_own(self, demo, person, eligible):
        own = Past(demo, person, scopes=["User.Read"])
        assert own.list(timeline_of("principals", person.id))
        assert own.list(HOLDINGS, principalId=person.id)
        full = Past(demo, person)
        full.refused(timeline_of("principals", demo.people["carol"].id), **NO_ROLE)
        full.refused(HOLDINGS, **NO_ROLE)
        own.refused(HOLDINGS, **NO_SCOPE)

    def test_questions_that_are_none(self, demo, past, person):
        path = timeline_of("principals", person.id)
        past.refused(timeline_of("principals", NOBODY), status=404, code="Request_ResourceNotFound")
        past.refused(timeline_of("principals", "x"), status=400, code="Request_BadRequest", message="Invalid object identifier 'x'.")
        past.refused(path, status=400, code="BadRequest", kind="birthday")
        now = demo.now()
        for span in [{"from": zulu(now), "until": zulu(now)}, {"from": zulu(demo.at(hours=1))}]:
            past.refused(path, status=400, code="BadRequest", **span)


class TestWhatHappenedWithARole:
    def test_everything_with_its_settings(self, demo, past, wire, person, role, eligible, activate):
        made = activate("PT1H")
        demo.advance("PT2H")
        rule = {"isExpirationRequired": True, "maximumDuration": "PT3H"}
        set_rule(wire, role, "Expiration", "Expiration_EndUser_Assignment", **rule)
        events = past.list(timeline_of("roles", role))
        shown = [it["kind"] for it in events]
        assert shown == ["settingsChanged", "grantEnded", "grantStarted", "grantStarted", "request", "request"]
        settings = events[0]["settings"]
        assert (settings["version"], settings["changedBy"]["id"]) == (2, demo.people["alice"].id)
        assert settings["changes"] == ["Maximum activation duration updated to 03:00:00."]
        assert events[1]["schedule"]["id"] == made.id
        assert events[1]["roleDefinition"]["id"] == role
        assert past.list(timeline_of("roles", role), top=1) == events
        assert past.list(timeline_of("roles", role), kind="settingsChanged", top=1) == events[:1]

    def test_readers_of_the_audit_log_may(self, demo, role):
        assert Past(demo, "dave").get(timeline_of("roles", role))["value"] == []
        assert Past(demo, demo.app("AuditLog.Read.All")).get(timeline_of("roles", role))["value"] == []
        Past(demo, "erin").refused(timeline_of("roles", role), **NO_ROLE)
        Past(demo, demo.app("RoleManagement.Read.All")).refused(timeline_of("roles", role), **NO_SCOPE)
        Past(demo).refused(timeline_of("roles", NOBODY), status=404, code="Request_ResourceNotFound")


class TestFigures:
    def test_by_day_role_and_principal(self, demo, past, person, role, eligible, activate):
        midnight = (demo.now() + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
        demo.advance_to(midnight - timedelta(hours=1))
        start = demo.now()
        activate("PT2H")
        demo.advance("PT4H")
        activate("PT1H")
        demo.advance("PT30M")
        demo.sdk(person).post(Order(ASSIGNMENT, "selfDeactivate", person.id, role))
        activate("PT5H")
        demo.advance("PT1H")
        span = {"from": zulu(start), "until": zulu(demo.now())}
        (by_role,) = [it for it in past.list(STATISTICS, groupBy="role", **span) if it["roleDefinition"]["id"] == role]
        assert (by_role["requests"], by_role["activations"], by_role["ended"]) == (3, 3, 2)
        assert (by_role["meanDuration"], by_role["greatestDuration"], by_role["timeInForce"]) == ("PT1H15M", "PT2H", "PT3H30M")
        rows = past.list(STATISTICS, groupBy="principal", **span)
        (by_principal,) = [it for it in rows if it["principal"]["id"] == person.id]
        assert {**by_principal, "principal": None} == {**{k: v for k, v in by_role.items() if k != "roleDefinition"}, "principal": None}
        first, second = past.list(STATISTICS, **span, top=1)
        assert (first["day"], second["day"]) == (zulu(start)[:10], zulu(midnight)[:10])
        assert (first["activations"], first["timeInForce"], first["greatestDuration"]) == (1, "PT1H", "PT2H")
        assert (second["activations"], second["timeInForce"], second["greatestDuration"]) == (2, "PT2H30M", "PT30M")

    def test_decisions_and_silence(self, demo, past, wire, person, role, eligible):
        named = [{"@odata.type": "#microsoft.graph.singleUser", "userId": demo.people["bob"].id}]
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": named}]}
        set_rule(wire, role, "Approval", "Approval_EndUser_Assignment", setting=setting)
        start = demo.now()
        for verdict in ("Approve", "Deny", None):
            asked = demo.sdk(person).post(Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT1H")))
            path = f"/roleManagement/directory/roleAssignmentApprovals/{asked.id}/steps/{asked.id}"
            if verdict:
                demo.graph("bob", "beta").patch(path, {"reviewResult": verdict, "justification": "Looked at"})
            demo.advance("PT25H")
        rows = past.list(STATISTICS, groupBy="role", **{"from": zulu(start)})
        (row,) = [it for it in rows if it["roleDefinition"]["id"] == role]
        assert (row["requests"], row["approvals"], row["denials"], row["unanswered"]) == (3, 1, 1, 1)
        assert row["activations"] == 1

    def test_spans_that_are_none(self, demo, past):
        now, ago = demo.now(), demo.at(days=-367)
        for span in [
            {"from": zulu(now), "until": zulu(now)},
            {"from": zulu(now), "until": zulu(demo.at(hours=-1))},
            {"from": zulu(ago), "until": zulu(now)},
            {"from": zulu(demo.at(hours=1)), "until": zulu(demo.at(hours=2))},
        ]:
            past.refused(STATISTICS, status=400, code="BadRequest", **span)
        past.refused(STATISTICS, status=400, code="BadRequest", message="`groupBy` is one of day, role, principal.", groupBy="mood")
        Past(demo, "erin").refused(STATISTICS, **NO_ROLE)


def test_nobody_without_a_token(demo):
    for path in (HOLDINGS, STATISTICS, timeline_of("roles", NOBODY), "/insights/leastPrivilege"):
        answer = demo.http.get(f"/ext/v1{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        assert demo.http.post(f"/ext/v1{path}").status_code == 405


def test_the_past_takes_no_licence(demo, past, role):
    with licensed(demo, "none"):
        for path in (HOLDINGS, STATISTICS, timeline_of("roles", role), "/insights/leastPrivilege"):
            past.get(path)
