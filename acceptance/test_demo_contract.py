"""The demo as its contract describes it: the start, the people, the tokens, the clock, the outbox."""

import json
import uuid
from datetime import timedelta

import pytest

from harness.demo import Demo, zulu
from harness.graph import parse_time
from harness.order import ASSIGNMENT, ELIGIBILITY
from harness.policy import get_rule
from harness.server import Server, run

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
PERSONAS = {"alice": "administrator", "bob": "approver", "carol": "holder", "dave": "auditor", "erin": "newcomer"}


class TestTheJsonLine:
    def test_members(self, demo):
        facts = demo.facts
        assert set(facts) == {
            "baseUrl", "tlsBaseUrl", "caFile", "tenantId", "portal", "people", "groups", "administrativeUnits",
            "servicePrincipals", "app",
        }  # fmt: skip
        assert facts["baseUrl"].startswith("http://127.0.0.1:") and not facts["baseUrl"].endswith("/")
        assert facts["tlsBaseUrl"] is None and facts["caFile"] is None
        assert set(facts["app"]) == {"appId", "clientSecret"}
        assert set(facts["people"][0]) == {
            "id", "userPrincipalName", "displayName", "persona", "password", "totpSecret",
        }  # fmt: skip
        assert set(facts["groups"][0]) == {"id", "displayName", "isAssignableToRole", "members"}
        assert set(facts["administrativeUnits"][0]) == {"id", "displayName"}
        assert set(facts["servicePrincipals"][0]) == {"id", "appId", "displayName"}

    def test_the_cast(self, demo):
        personas = {it["userPrincipalName"].partition("@")[0]: it["persona"] for it in demo.facts["people"]}
        assert personas.items() >= PERSONAS.items()
        groups = demo.facts["groups"]
        assert sum(it["isAssignableToRole"] for it in groups) >= 2
        assert sum(not it["isAssignableToRole"] for it in groups) >= 1
        assert len(demo.facts["administrativeUnits"]) == len(demo.facts["servicePrincipals"]) == 2

    def test_ids_are_random_uuids(self, demo):
        facts = demo.facts
        rows = [*facts["people"], *facts["groups"], *facts["administrativeUnits"], *facts["servicePrincipals"]]
        ids = [facts["tenantId"], facts["app"]["appId"], *(it["id"] for it in rows)]
        assert all(uuid.UUID(it).version == 4 and uuid.UUID(it).variant == uuid.RFC_4122 for it in ids)
        assert len(set(ids)) == len(ids)

    def test_one_line_and_no_more(self, demo):
        demo.graph("alice").get("/me")
        assert demo.server.later_lines.empty()


class TestWhatIsHeldAtStart:
    @pytest.mark.parametrize(
        ("who", "role"),
        [
            ("alice", GLOBAL_ADMINISTRATOR),
            ("bob", PRIVILEGED_ROLE_ADMINISTRATOR),
            ("dave", SECURITY_READER),
        ],
    )
    def test_active_and_permanent(self, who, role, demo, wire):
        (row,) = wire.list(ASSIGNMENT.instances, filter=f"principalId eq '{demo.people[who].id}'")
        assert (row["roleDefinitionId"], row["assignmentType"], row["endDateTime"]) == (role, "Assigned", None)

    def test_eligible(self, demo, wire):
        mine = f"principalId eq '{demo.people['carol'].id}' and memberType eq 'Direct'"
        rows = wire.list(ELIGIBILITY.instances, filter=mine)
        assert {it["roleDefinitionId"] for it in rows} == {SECURITY_READER, USER_ADMINISTRATOR, GLOBAL_ADMINISTRATOR}

    def test_through_a_group(self, demo, wire):
        mine = f"principalId eq '{demo.people['carol'].id}' and memberType eq 'Group'"
        assert wire.list(ELIGIBILITY.instances, filter=mine)

    def test_nothing(self, demo, wire):
        for side in (ASSIGNMENT, ELIGIBILITY):
            assert wire.list(side.instances, filter=f"principalId eq '{demo.people['erin'].id}'") == []

    def test_approval_of_global_administrator(self, demo, wire):
        setting = get_rule(wire, GLOBAL_ADMINISTRATOR, "Approval_EndUser_Assignment")["setting"]
        (approver,) = setting["approvalStages"][0]["primaryApprovers"]
        assert (setting["isApprovalRequired"], approver["userId"]) == (True, demo.people["bob"].id)
        assert get_rule(wire, GLOBAL_ADMINISTRATOR, "Expiration_EndUser_Assignment")["maximumDuration"] == "PT1H"


class TestTheClock:
    def test_it_starts_where_the_contract_says(self, demo):
        assert demo.now() >= Demo.START

    def test_it_stands_still(self, demo):
        assert demo.now() == demo.now()

    def test_it_is_moved_by_a_duration_and_to_an_instant(self, demo):
        before = demo.now()
        assert demo.advance("PT8H") == before + timedelta(hours=8) == demo.now()
        assert demo.advance_to(before + timedelta(days=2)) == before + timedelta(days=2)

    @pytest.mark.parametrize(
        "body",
        [{"set": "2026-03-01T00:00:00Z"}, {"advance": "-PT1H"}, {"advance": "soon"}, {"set": "later"}, {}, [], {"advance": 7}],
        ids=str,
    )
    def test_backwards_and_nonsense_are_refused(self, body, demo):
        before = demo.now()
        answer = demo.http.post("/ext/v1/demo/clock", json=body)
        assert answer.status_code == 400 and answer.json()["error"]["message"]
        assert demo.now() == before


class TestTokens:
    def test_for_a_person_by_name_and_by_id(self, demo):
        erin = demo.people["erin"]
        for who in (erin.upn, erin.id):
            answer = demo.http.post("/ext/v1/demo/token", json={"user": who})
            body = answer.json()
            assert set(body) == {"access_token", "token_type", "expires_in"}
            assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
            me = demo.http.get("/v1.0/me", headers={"Authorization": f"Bearer {body['access_token']}"})
            assert me.json()["id"] == erin.id

    def test_for_the_application(self, demo):
        assert demo.graph(demo.app()).list("/users")
        assert demo.graph(demo.app("User.Read.All")).list("/users")

    @pytest.mark.parametrize("body", [{}, {"user": "nobody@demo.example"}, {"user": 7}, {"app": False}], ids=str)
    def test_nonsense_is_refused(self, body, demo):
        answer = demo.http.post("/ext/v1/demo/token", json=body)
        assert 400 <= answer.status_code < 500 and answer.json()["error"]["message"]


def test_the_outbox(demo):
    answer = demo.http.get("/ext/v1/demo/outbox", params={"$top": "5"})
    assert answer.status_code == 200 and isinstance(answer.json()["value"], list)


def test_it_needs_no_token_and_graph_does(demo):
    assert demo.http.get("/ext/v1/demo/clock").status_code == 200
    assert demo.http.get("/v1.0/users").status_code == 401


class TestStarting:
    def test_the_same_seed_makes_the_same_tenant(self, demo):
        second = Demo()
        try:
            same = {key: it for key, it in demo.facts.items() if key not in ("baseUrl", "portal")}
            assert {key: it for key, it in second.facts.items() if key not in ("baseUrl", "portal")} == same
            assert second.now() == Demo.START
        finally:
            assert second.stop() == 0

    def test_a_scale(self):
        large = Demo("--scale", "200")
        try:
            graph = large.graph(large.app())
            assert len(graph.list("/users", select="id")) >= 240
            assert len(graph.list(ELIGIBILITY.instances, select="id")) >= 400
        finally:
            assert large.stop() == 0

    def test_a_folder_is_kept(self, tmp_path):
        folder = str(tmp_path / "data")
        first = Demo("--data-dir", folder)
        role = first.new_role(name="Kept")
        assert first.stop() == 0
        second = Demo("--data-dir", folder)
        try:
            assert second.graph("alice").get(f"/roleManagement/directory/roleDefinitions/{role}")["displayName"] == "Kept"
        finally:
            assert second.stop() == 0

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--listen", "0.0.0.0:0"),
            ("--listen", "nonsense"),
            ("--clock", "sundial"),
            ("--magic",),
        ],
        ids=str,
    )
    def test_refusals(self, arguments):
        ended = run("demo", "--json", "--no-open", *arguments)
        assert ended.returncode != 0 and ended.stdout == "" and ended.stderr

    def test_the_system_clock_can_be_advanced_too(self):
        server = Server("demo", "--json", "--no-open", "--listen", "127.0.0.1:0")
        import httpx

        try:
            clock = f"{server.facts['baseUrl']}/ext/v1/demo/clock"
            before = parse_time(httpx.get(clock).json()["now"])
            after = parse_time(httpx.post(clock, json={"advance": "P1D"}).json()["now"])
            assert after - before >= timedelta(days=1)
        finally:
            assert server.stop() == 0


def test_zulu_is_what_the_clock_reads(demo):
    assert parse_time(zulu(demo.now())) == demo.now()
    assert json.loads(json.dumps(demo.facts)) == demo.facts
