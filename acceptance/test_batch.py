"""`$batch`: several requests in one, in the forms in which clients write them."""

import pytest

from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent


@pytest.fixture
def send(wire):
    def send(*requests: dict, status: int = 200) -> dict[str, dict]:
        answer = wire.post("/$batch", {"requests": list(requests)}, status=status)
        return {it["id"]: it for it in answer["responses"]}

    return send


def get(key, url: str, **more) -> dict:
    return {"id": key, "method": "GET", "url": url, **more}


def post(key, url: str, body: dict, **more) -> dict:
    return {"id": key, "method": "POST", "url": url, "body": body, "headers": {"Content-Type": "application/json"}, **more}


class TestForms:
    def test_each_is_answered_as_if_alone(self, send, wire, demo):
        erin = demo.people["erin"].id
        answers = send(get("1", f"/users/{erin}"), get("2", "/me?$select=displayName"), get("3", "/nothing"))
        assert {key: it["status"] for key, it in answers.items()} == {"1": 200, "2": 200, "3": 400}
        assert answers["1"]["body"] == wire.get(f"/users/{erin}")
        assert answers["2"]["body"]["displayName"] == "Alice Okafor"
        assert answers["3"]["body"]["error"]["code"] == "BadRequest"
        assert answers["1"]["headers"]["Content-Type"].startswith("application/json")
        assert answers["1"]["headers"]["OData-Version"] == "4.0"

    @pytest.mark.parametrize(
        "url",
        (
            "/me", "me", "//me", "/v1.0/me", "v1.0/me", "{base}/v1.0/me", "https://graph.microsoft.com/v1.0/me",
            "/users?$filter=displayName eq 'Alice Okafor'&$select=id", "users?%24filter=displayName%20eq%20'Alice+Okafor'",
        ),  # fmt: skip
    )
    def test_urls_as_clients_write_them(self, url, send, demo):
        (answer,) = send(get("1", url.format(base=demo.base))).values()
        assert answer["status"] == 200, answer
        body = answer["body"]
        assert (body["value"][0] if "value" in body else body)["id"] == demo.people["alice"].id

    def test_a_host_of_somebody_else_is_not_asked(self, send):
        (answer,) = send(get("1", "https://elsewhere.example/v1.0/me")).values()
        assert (answer["status"], answer["body"]["error"]["code"]) == (400, "BadRequest")

    def test_ids_that_are_numbers_come_back_as_text(self, send):
        assert set(send(get(1, "/me"), get(2, "/me"))) == {"1", "2"}

    def test_beta_answers_as_beta(self, demo):
        beta = demo.graph("alice", version="beta")
        (answer,) = beta.post("/$batch", {"requests": [get("1", "/me")]}, status=200)["responses"]
        assert answer["body"]["@odata.context"].startswith(f"{demo.base}/beta/")

    def test_answers_without_json(self, send, demo):
        person = demo.new_person()
        answers = send(
            get("count", "/users/$count", headers={"ConsistencyLevel": "eventual"}),
            {"id": "gone", "method": "DELETE", "url": f"/users/{person.id}"},
        )
        assert answers["count"]["body"].isdigit()
        assert answers["gone"]["status"] == 204 and "body" not in answers["gone"]

    def test_pages_link_on_to_where_they_were_asked_for(self, send, wire, demo):
        (answer,) = send(get("1", "/users?$top=2")).values()
        link = answer["body"]["@odata.nextLink"]
        assert link.startswith(f"{demo.base}/v1.0/users?")
        assert len(wire.get(link)["value"]) == 2

    def test_nothing_to_do(self, send):
        assert send() == {}


class TestChanges:
    def test_a_chain_does_one_after_the_other(self, send, demo, role, person):
        eligible = Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent())
        assigned = Order(ASSIGNMENT, "adminAssign", person.id, role, window=lasting("P1D"))
        wanted = f"/roleManagement/directory/roleAssignmentScheduleInstances?$filter=principalId eq '{person.id}'"
        answers = send(
            post("eligible", eligible.side.requests, eligible.json()),
            post("assigned", assigned.side.requests, assigned.json(), dependsOn=["eligible"]),
            get("held", wanted, dependsOn=["assigned"]),
        )
        assert [answers[key]["status"] for key in ("eligible", "assigned", "held")] == [201, 201, 200]
        assert [it["roleDefinitionId"] for it in answers["held"]["body"]["value"]] == [role]
        assert answers["eligible"]["headers"]["Location"].startswith(demo.base)

    def test_what_depends_on_a_failure_is_not_done_and_the_rest_is(self, send, wire, role, person):
        bad = Order(ASSIGNMENT, "adminAssign", person.id, role, window=lasting("PT1M"))
        good = Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent())
        answers = send(
            post("bad", bad.side.requests, bad.json()),
            post("after", good.side.requests, good.json(), dependsOn=["bad"]),
            get("after-that", "/me", dependsOn=["after"]),
            get("besides", "/me"),
        )
        assert {key: it["status"] for key, it in answers.items()} == {"bad": 400, "after": 424, "after-that": 424, "besides": 200}
        assert answers["after"]["body"]["error"]["code"] == "FailedDependency"
        assert wire.list(ELIGIBILITY.requests, filter=f"principalId eq '{person.id}'") == []

    def test_each_is_allowed_what_the_caller_is(self, demo, role):
        order = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent())
        erin = demo.graph("erin")
        answers = erin.post("/$batch", {"requests": [post("1", order.side.requests, order.json())]}, status=200)
        assert answers["responses"][0]["status"] == 403


class TestRefusals:
    @pytest.mark.parametrize(
        ("envelope", "message"),
        (
            ({}, "Invalid batch payload format."),
            ({"requests": [get("1", "/me")] * 2}, "Request Id '1' is used more than once in the batch."),
            ({"requests": [get(str(n), "/me") for n in range(21)]}, "Number of batch request steps exceeds the maximum value of 20."),
            ({"requests": [get("1", "/me", dependsOn=["2"]), get("2", "/me")]}, "Invalid dependency for request Id 1."),
            ({"requests": [{"id": "1", "method": "GET"}]}, "Batch request step 0 lacks a valid 'url'."),
        ),
    )
    def test_an_envelope_is_whole_or_none(self, envelope, message, wire):
        wire.refused("POST", "/$batch", envelope, status=400, code="BadRequest", message=message)

    def test_twenty_are_not_too_many(self, send):
        answers = send(*[get(str(n), "/me") for n in range(20)])
        assert {it["status"] for it in answers.values()} == {200}

    def test_no_batch_within_a_batch(self, send):
        (answer,) = send(post("1", "/$batch", {"requests": [get("1", "/me")]})).values()
        assert answer["status"] == 400

    def test_only_by_post_and_with_a_token(self, wire, demo):
        wire.refused("GET", "/$batch", status=405)
        assert demo.http.post("/v1.0/$batch", json={"requests": []}).status_code == 401

    def test_a_method_that_is_none(self, send):
        (answer,) = send({"id": "1", "method": "fetch me", "url": "/me"}).values()
        assert answer["status"] == 405
