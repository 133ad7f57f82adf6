"""What HTTP and OData have for every route: preflights, HEAD, what the directory has only for who accepts that
it comes later, preferences, search."""

import pytest

from harness.order import ASSIGNMENT

EVENTUAL = {"ConsistencyLevel": "eventual"}


class TestOtherOrigins:
    ORIGIN = {"Origin": "https://app.example"}

    def test_a_preflight_needs_no_token(self, demo):
        asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
        answer = demo.http.options("/v1.0/users", headers={**self.ORIGIN, **asked})
        assert answer.status_code in (200, 204)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"GET", "POST", "PATCH", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(","))
        assert answer.headers["access-control-allow-headers"] == "authorization,if-match"
        assert int(answer.headers["access-control-max-age"]) > 0

    def test_answers_may_be_read(self, wire):
        for path in ("/me", "/nothing"):
            answer = wire.send("GET", path, headers=self.ORIGIN)
            assert answer.headers["access-control-allow-origin"] == "*"
            exposed = {it.strip().lower() for it in answer.headers["access-control-expose-headers"].split(",")}
            assert {"request-id", "client-request-id", "etag", "location", "retry-after", "www-authenticate"} <= exposed

    def test_nobody_elses_page_gets_a_token_of_the_demo(self, demo):
        answer = demo.http.post("/ext/v1/demo/token", json={"user": "alice@demo.example"}, headers=self.ORIGIN)
        assert "access-control-allow-origin" not in answer.headers


def test_head_is_get_without_a_body(wire):
    head, get = (wire.send(method, "/me") for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert wire.send("HEAD", "/nothing").status_code == 400


class TestEventualConsistency:
    @pytest.mark.parametrize("path", ("/users/$count", "/groups/$count", "/groups/{group}/members/$count"))
    def test_the_directory_counts_only_for_who_accepts_that(self, path, wire, demo):
        path = path.format(group=demo.ordinary_group)
        wire.refused("GET", path, status=400, code="Request_BadRequest", message="$count is not currently supported.")
        assert int(wire.send("GET", path, headers=EVENTUAL).text) > 0
        assert int(wire.send("GET", f"{path}?consistencyLevel=eventual").text) > 0

    def test_pim_counts_for_everybody(self, wire):
        assert wire.send("GET", f"{ASSIGNMENT.schedules}/$count").status_code == 200
        assert "@odata.count" in wire.get(ASSIGNMENT.schedules, count="true")

    def test_a_count_beside_a_list_is_left_out_otherwise(self, wire):
        assert "@odata.count" not in wire.get("/users", count="true", top="1")
        assert wire.get("/users", count="true", top="1", headers=EVENTUAL)["@odata.count"] > 40

    def test_so_is_sorting_what_is_filtered(self, wire):
        query = {"filter": "startswith(displayName,'A')", "orderby": "displayName"}
        wire.refused(
            "GET", "/users", status=400, code="Request_UnsupportedQuery",
            message="Sorting not supported for current query.", **query,
        )  # fmt: skip
        names = [it["displayName"] for it in wire.list("/users", headers=EVENTUAL, **query)]
        assert names == sorted(names) and len(names) > 1


class TestSearch:
    def test_words_of_a_name(self, wire):
        found = wire.list("/users", headers=EVENTUAL, search='"displayName:okafor"')
        assert [it["displayName"] for it in found] == ["Alice Okafor"]

    def test_either_or_both_and_with_a_filter(self, wire):
        def search(text: str, **more) -> list[str]:
            found = wire.list("/users", headers=EVENTUAL, search=text, **more)
            return sorted(it["userPrincipalName"].partition("@")[0] for it in found)

        assert search('"displayName:Okafor" OR "displayName:Lindqvist"') == ["alice", "bob"]
        assert search('"displayName:Okafor" AND "displayName:Lindqvist"') == []
        assert search('"displayName:Okafor" OR "displayName:Lindqvist"', filter="startswith(mail,'bob')") == ["bob"]

    def test_only_for_who_accepts_that_it_is_late(self, wire):
        refusal = wire.refused("GET", "/users", status=400, code="Request_UnsupportedQuery", search='"displayName:x"')
        assert "ConsistencyLevel: eventual" in refusal.message

    @pytest.mark.parametrize("text", ("okafor", '"okafor"', '"displayName:x', '"displayName:x" "mail:y"', '"nothing:x"'))
    def test_what_is_no_search(self, text, wire):
        wire.refused("GET", "/users", status=400, headers=EVENTUAL, search=text)

    def test_pim_is_not_searched(self, wire):
        wire.refused(
            "GET", ASSIGNMENT.schedules, status=400, code="Request_UnsupportedQuery", headers=EVENTUAL, search='"id:x"'
        )


class TestPreferences:
    def test_a_page_as_large_as_is_liked(self, wire):
        answer = wire.send("GET", "/users", headers={"Prefer": "odata.maxpagesize=3"})
        assert answer.headers["preference-applied"] == "odata.maxpagesize=3"
        assert len(answer.json()["value"]) == 3 and "@odata.nextLink" in answer.json()
        # What the query says goes first.
        answer = wire.send("GET", "/users?$top=2", headers={"Prefer": "maxpagesize=3, respond-async"})
        assert len(answer.json()["value"]) == 2

    def test_unknown_members_of_enumerations_are_included_as_there_are_none(self, wire):
        answer = wire.send("GET", ASSIGNMENT.schedules, headers={"Prefer": "include-unknown-enum-members"})
        assert answer.headers["preference-applied"] == "include-unknown-enum-members"

    def test_nonsense_is_nothing(self, wire):
        answer = wire.send("GET", "/users", headers={"Prefer": "odata.maxpagesize=x, ,=,wait"})
        assert answer.status_code == 200 and "preference-applied" not in answer.headers
