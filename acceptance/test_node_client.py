"""The Graph client for JavaScript, unmodified, over https: lists and pages, eligibilities and activations, its two
bodies of a cancellation, settings, batches, errors as it reads them."""

import re

import pytest

from harness.demo import Demo
from harness.node import GraphClient
from harness.order import ASSIGNMENT, DIRECTORY, ELIGIBILITY, Order, lasting, permanent
from harness.policy import ASSIGNMENTS, POLICIES, of_role, rule

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def demo():
    """A demo that also listens with TLS: over plain http this client leaves its token out."""
    it = Demo("--tls-listen", "127.0.0.1:0")
    yield it
    assert it.stop() == 0


@pytest.fixture(scope="module")
def client(demo):
    """The administrator."""
    it = GraphClient(demo, demo.user("alice", lifetimeSeconds=100_000))
    yield it
    assert it.stop() == 0


@pytest.fixture
def carol(demo):
    it = GraphClient(demo, demo.user("carol"))
    yield it
    assert it.stop() == 0


@pytest.fixture
def eligible(client, demo, role):
    """Carol's eligibility for the role of this test."""
    order = Order(ELIGIBILITY, "adminAssign", demo.people["carol"].id, role, window=permanent())
    return client.post(ELIGIBILITY.requests, order.json())


class TestLists:
    def test_page_by_page(self, client, demo):
        first = client.get("/users", top=7)
        assert len(first["value"]) == 7
        # The client follows a link as it is, so it must be https.
        assert first["@odata.nextLink"].startswith(f"{demo.facts['tlsBaseUrl']}/v1.0/users?")
        rows = client.pages("/users", top=7, select="id")
        expected = demo.graph("alice").list("/users", select="id")
        assert [it["id"] for it in rows] == [it["id"] for it in expected] and len(rows) > 40

    def test_with_all_that_it_can_ask(self, client, demo, eligible, role):
        of_carol = f"principalId eq '{demo.people['carol'].id}' and roleDefinitionId eq '{role}'"
        query = {"filter": of_carol, "expand": "roleDefinition,principal", "count": True, "top": 5, "version": "beta"}
        page = client.get(ELIGIBILITY.instances, **query)
        (row,) = page["value"]
        assert (row["principal"]["@odata.type"], row["principal"]["id"]) == ("#microsoft.graph.user", demo.people["carol"].id)
        assert (row["roleDefinition"]["id"], page["@odata.count"]) == (role, 1)
        assert page["@odata.context"].startswith(f"{demo.facts['tlsBaseUrl']}/beta/$metadata#")

    def test_the_callers_own(self, carol, eligible, role):
        rows = carol.pages(f"{ELIGIBILITY.instances}/filterByCurrentUser(on='principal')")
        assert role in [it["roleDefinitionId"] for it in rows]


class TestRequests:
    def test_an_eligibility_and_its_activation(self, eligible, carol, role, demo):
        assert (eligible["status"], eligible["action"]) == ("Provisioned", "adminAssign")
        # As `Date.toISOString` writes it.
        window = lasting("PT1H").json() | {"startDateTime": demo.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        order = Order(ASSIGNMENT, "selfActivate", demo.people["carol"].id, role).json() | {"scheduleInfo": window}
        made = carol.post(ASSIGNMENT.requests, order)
        assert (made["status"], made["scheduleInfo"]["expiration"]["duration"]) == ("Provisioned", "PT1H")
        (row,) = demo.graph("alice").list(ASSIGNMENT.instances, filter=f"roleDefinitionId eq '{role}'")
        assert (row["principalId"], row["assignmentType"]) == (demo.people["carol"].id, "Activated")

    @pytest.mark.parametrize("body", [{}, {"body": None}], ids=["no body", "null"])
    def test_a_cancellation(self, body, client, demo, role):
        order = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D", demo.at(days=1)))
        made = client.post(ELIGIBILITY.requests, order.json())
        assert made["status"] == "Granted"
        path = f"{ELIGIBILITY.requests}/{made['id']}"
        assert client.request("post", f"{path}/cancel", **body) is None
        assert client.get(path)["status"] == "Canceled"


def test_settings(client, role):
    (found,) = client.get(ASSIGNMENTS, filter=of_role(role), expand="policy($expand=rules)")["value"]
    assert "Expiration_EndUser_Assignment" in [it["id"] for it in found["policy"]["rules"]]
    path = f"{POLICIES}/{found['policyId']}"
    for maximum, target, changed in (
        ("PT2H", f"{path}/rules/Expiration_EndUser_Assignment", lambda it: it),
        ("PT3H", path, lambda it: {"rules": [it]}),
    ):
        new = rule("Expiration", "Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration=maximum)
        client.patch(target, changed(new))
        assert client.get(f"{path}/rules/Expiration_EndUser_Assignment")["maximumDuration"] == maximum


class TestBatches:
    def test_one_after_the_other(self, client, demo, role):
        order = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent())
        of_role_here = f"{ELIGIBILITY.instances}?$filter=roleDefinitionId eq '{role}'"
        answers = client.batch(
            {"id": "1", "path": ELIGIBILITY.requests, "method": "POST", "body": order.json()},
            {"id": "2", "path": of_role_here, "dependsOn": ["1"]},
            # The client itself lets each depend on the one before, or none on any.
            {"id": "3", "path": "/me", "dependsOn": ["2"]},
        )
        assert {key: it["status"] for key, it in answers.items()} == {"1": 201, "2": 200, "3": 200}
        assert [it["principalId"] for it in answers["2"]["body"]["value"]] == [demo.people["erin"].id]
        assert answers["3"]["body"]["id"] == demo.people["alice"].id

    def test_what_depends_on_a_failure(self, client):
        answers = client.batch(
            {"id": "1", "path": f"{DIRECTORY}/roleDefinitions/3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"},
            {"id": "2", "path": "/me", "dependsOn": ["1"]},
        )
        assert {key: it["status"] for key, it in answers.items()} == {"1": 404, "2": 424}


class TestErrors:
    def test_as_the_client_reads_them(self, carol, demo, role):
        order = Order(ASSIGNMENT, "selfActivate", demo.people["carol"].id, role, window=lasting("PT1H"))
        error = carol.refused("post", ASSIGNMENT.requests, body=order.json())
        assert (error["statusCode"], error["code"]) == (400, "RoleAssignmentDoesNotExist")
        assert error["message"] and GUID.fullmatch(error["requestId"])
        assert error["date"].startswith(demo.now().strftime("%Y-%m-%dT%H:"))

    def test_a_time_without_offset(self, client, demo, role):
        order = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role).json()
        order["scheduleInfo"] = {"startDateTime": "2026-03-11T10:00:00", "expiration": {"type": "noExpiration"}}
        assert client.refused("post", ELIGIBILITY.requests, body=order)["statusCode"] == 400
