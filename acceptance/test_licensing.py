"""A tenant without a licence, with one, and with one that ends: what `subscribedSkus` says, what is refused, and
what is not."""

import json

import httpx
import pytest

from harness.demo import zulu
from harness.licence import PATH, licensed, put_licence
from harness.order import ASSIGNMENT, ELIGIBILITY, SIDES, Order, lasting
from harness.sdk import declared
from harness.server import Server

P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
GOVERNANCE = "e866a266-3cff-43a3-acca-0c90a7e00c8b"
P2_SKU = "84a661c4-e949-4bd2-a560-ed7766fcaf2b"
UNLICENSED = {
    "status": 400,
    "code": "AadPremiumLicenseRequired",
    "message": "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
}
DIRECTORY = "/roleManagement/directory"
GATED = [
    *(path for side in SIDES for path in (side.requests, side.schedules, side.instances)),
    f"{DIRECTORY}/roleAssignmentApprovals",
    "/policies/roleManagementPolicies",
    "/policies/roleManagementPolicyAssignments",
]
OPEN = [
    f"{DIRECTORY}/roleAssignments", f"{DIRECTORY}/roleDefinitions", "/users", "/groups", "/servicePrincipals",
    "/organization", "/subscribedSkus", "/directoryRoles", "/auditLogs/directoryAudits", "/me",
]  # fmt: skip


def plans(rows: list[dict]) -> set[str]:
    """Those by which clients tell whether there is PIM."""
    enabled = [it for it in rows if it["capabilityStatus"] == "Enabled"]
    return {plan["servicePlanId"] for it in enabled for plan in it["servicePlans"] if plan["provisioningStatus"] == "Success"}


class TestSubscribedSkus:
    @pytest.mark.parametrize("version", ["v1.0", "beta"])
    def test_by_default_there_is_everything(self, version, demo):
        graph = demo.graph("alice", version)
        page = graph.get("/subscribedSkus")
        assert page["@odata.context"] == f"{graph.metadata}#subscribedSkus"
        (row,) = page["value"]
        assert row == {
            "id": f"{demo.tenant}_{P2_SKU}",
            "accountId": demo.tenant,
            "accountName": graph.get("/organization")["value"][0]["displayName"],
            "appliesTo": "User",
            "capabilityStatus": "Enabled",
            "consumedUnits": row["consumedUnits"],
            "prepaidUnits": {"enabled": 1_000_000, "lockedOut": 0, "suspended": 0, "warning": 0},
            "servicePlans": row["servicePlans"],
            "skuId": P2_SKU,
            "skuPartNumber": "AAD_PREMIUM_P2",
            "subscriptionIds": [],
        }
        assert plans([row]) == {P1, P2, GOVERNANCE}
        assert row["consumedUnits"] >= 4
        one = graph.get(f"/subscribedSkus/{row['id']}")
        assert one.pop("@odata.context") == f"{graph.metadata}#subscribedSkus/$entity"
        assert one == row
        (narrow,) = graph.get("/subscribedSkus", select="skuPartNumber")["value"]
        assert narrow == {"skuPartNumber": "AAD_PREMIUM_P2"}

    def test_whoever_gets_a_role_is_one_more(self, demo, wire, admin, person, role):
        def consumed():
            return wire.get("/subscribedSkus")["value"][0]["consumedUnits"]

        before = consumed()
        admin.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=lasting("P1D"), justification="Rota"))
        assert consumed() == before + 1
        demo.advance("P1D")
        assert consumed() == before

    @pytest.mark.parametrize(
        ("plan", "number", "found"),
        [
            ("p2", "AAD_PREMIUM_P2", {P1, P2}),
            ("governance", "Microsoft_Entra_ID_Governance", {GOVERNANCE}),
            ("p1", "AAD_PREMIUM", {P1}),
        ],
    )
    def test_other_plans(self, plan, number, found, demo, wire):
        with licensed(demo, plan, seats=25):
            (row,) = wire.get("/subscribedSkus")["value"]
            assert (row["skuPartNumber"], row["prepaidUnits"]["enabled"], plans([row])) == (number, 25, found)

    def test_none(self, demo, wire):
        with licensed(demo, "none"):
            assert wire.get("/subscribedSkus")["value"] == []
            wire.refused("GET", f"/subscribedSkus/{demo.tenant}_{P2_SKU}", status=404, code="Request_ResourceNotFound")

    def test_expired(self, demo, wire):
        with licensed(demo, "p2", seats=25, expirationDateTime=zulu(demo.now())):
            (row,) = wire.get("/subscribedSkus")["value"]
            assert row["capabilityStatus"] == "Suspended" and plans([row]) == set()
            assert row["prepaidUnits"] == {"enabled": 0, "lockedOut": 0, "suspended": 25, "warning": 0}

    def test_it_takes_a_permission(self, demo):
        for scope in ("LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"):
            demo.graph("erin", scopes=[scope]).get("/subscribedSkus")
        demo.graph("erin", scopes=["User.Read"]).refused(
            "GET", "/subscribedSkus", status=403, code="Authorization_RequestDenied"
        )

    def test_it_is_not_filtered(self, wire):
        wire.refused("GET", "/subscribedSkus", filter="skuPartNumber eq 'AAD_PREMIUM_P2'", status=400)

    def test_by_the_sdk(self, admin, demo):
        (row,) = declared(admin.run(admin.client.subscribed_skus.get()).value)
        assert (row.sku_part_number, row.capability_status, row.prepaid_units.enabled) == ("AAD_PREMIUM_P2", "Enabled", 1_000_000)
        assert {str(it.service_plan_id) for it in row.service_plans} == {P1, P2, GOVERNANCE}


class TestTheGate:
    @pytest.mark.parametrize("plan", ["none", "p1"])
    @pytest.mark.parametrize("version", ["v1.0", "beta"])
    def test_what_is_refused_and_what_is_not(self, plan, version, demo):
        graph = demo.graph("alice", version)
        with licensed(demo, plan):
            for path in GATED:
                graph.refused("GET", path, **UNLICENSED)
                graph.refused("GET", f"{path}/{demo.tenant}", **UNLICENSED)
            for side in SIDES:
                graph.refused("POST", side.requests, {}, **UNLICENSED)
                graph.refused("GET", f"{side.instances}/filterByCurrentUser(on='principal')", **UNLICENSED)
            graph.refused("PATCH", f"/policies/roleManagementPolicies/{demo.tenant}", {}, **UNLICENSED)
            for path in OPEN:
                graph.get(path)
        for path in GATED[:6]:
            graph.get(path)

    def test_an_expired_one(self, demo, wire):
        with licensed(demo, "p2", expirationDateTime=zulu(demo.at(hours=1))) as shown:
            assert shown["coversPim"] is True
            wire.get(ASSIGNMENT.instances)
            demo.advance("PT1H")
            wire.refused("GET", ASSIGNMENT.instances, **UNLICENSED)
            assert demo.http.get(PATH).json()["coversPim"] is False

    def test_in_a_batch(self, demo, wire):
        with licensed(demo, "none"):
            requests = [{"id": "1", "method": "GET", "url": ASSIGNMENT.instances}, {"id": "2", "method": "GET", "url": "/me"}]
            answers = wire.post("/$batch", {"requests": requests}, status=200)["responses"]
            assert [it["status"] for it in answers] == [400, 200]
            assert answers[0]["body"]["error"]["code"] == UNLICENSED["code"]

    def test_nothing_is_revoked(self, demo, admin, wire, person, role):
        order = Order(ASSIGNMENT, "adminAssign", person.id, role, window=lasting("PT8H"), justification="Rota")
        admin.post(order)
        mine = f"principalId eq '{person.id}'"
        with licensed(demo, "none"):
            (held,) = wire.list(f"{DIRECTORY}/roleAssignments", filter=mine)
            assert held["roleDefinitionId"] == role
            demo.advance("PT8H")
            assert wire.list(f"{DIRECTORY}/roleAssignments", filter=mine) == []

    def test_by_the_sdk(self, demo, admin):
        with licensed(demo, "none"):
            admin.refused(admin.directory.role_eligibility_schedule_instances.get(), **UNLICENSED)


class TestTheDemosRoute:
    def test_it_shows_what_was_put(self, demo):
        assert demo.http.get(PATH).json() == {"plan": "unlimited", "seats": None, "expirationDateTime": None, "coversPim": True}
        end = zulu(demo.at(days=30))
        with licensed(demo, "p2", seats=3, expirationDateTime=end) as shown:
            assert shown == {"plan": "p2", "seats": 3, "expirationDateTime": end, "coversPim": True}
            assert demo.http.get(PATH).json() == shown

    def test_a_change_is_audited(self, demo, wire):
        with licensed(demo, "p2", seats=4321):
            rows = wire.list("/auditLogs/directoryAudits", filter="activityDisplayName eq 'Update license of company'")
            (target,) = rows[0]["targetResources"]
            seats = next(it for it in target["modifiedProperties"] if it["displayName"] == "Seats")
            assert (target["id"], seats["newValue"]) == (demo.tenant, '"4321"')
            put_licence(demo, "p2", seats=4321)
            again = wire.list("/auditLogs/directoryAudits", filter="activityDisplayName eq 'Update license of company'")
            assert len(again) == len(rows)

    @pytest.mark.parametrize(
        "body",
        [{}, [], {"plan": "gold"}, {"plan": "p2", "seats": -1}, {"plan": "p2", "expirationDateTime": "soon"}, {"plan": "p2", "x": 1}],
        ids=str,
    )
    def test_nonsense_is_refused(self, body, demo):
        answer = demo.http.put(PATH, json=body)
        assert answer.status_code == 400 and answer.json()["error"]["message"]
        assert demo.http.get(PATH).json()["plan"] == "unlimited"


def test_the_operator_says_it_in_the_configuration(tmp_path):
    """What the file says counts from the next start on, and what it no longer says does not."""

    def started(*lines: str):
        config = tmp_path / "tenure.toml"
        config.write_text("\n".join(lines))
        return Server(
            "serve", "--json", "--listen", "127.0.0.1:0", "--config", str(config), "--data-dir", str(tmp_path / "data")
        )  # fmt: skip

    def answered(server) -> tuple[int, int]:
        founded = json.loads((tmp_path / "data" / "first-credentials.json").read_text())["app"]
        form = {
            "grant_type": "client_credentials", "client_id": founded["appId"], "client_secret": founded["clientSecret"],
            "scope": "https://graph.microsoft.com/.default",
        }  # fmt: skip
        with httpx.Client(base_url=server.facts["baseUrl"], timeout=30) as http:
            token = http.post(f"/{server.facts['tenantId']}/oauth2/v2.0/token", data=form).json()["access_token"]
            signed_in = {"Authorization": f"Bearer {token}"}
            skus = http.get("/v1.0/subscribedSkus", headers=signed_in).json()["value"]
            assert http.get(PATH).status_code == 404, "the demo's route"
            return http.get(f"/v1.0{ASSIGNMENT.instances}", headers=signed_in).status_code, len(skus)

    for lines, expected in [((), (200, 1)), (("[licence]", 'plan = "none"'), (400, 0)), ((), (200, 1))]:
        server = started(*lines)
        try:
            assert answered(server) == expected
        finally:
            assert server.stop() == 0
