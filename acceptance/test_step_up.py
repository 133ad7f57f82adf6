"""Step-up: what a sign-in lacks is said so that clients can mend it, and authentication contexts."""

import json
import re
from urllib.parse import unquote

import pytest

from harness.graph import Refusal
from harness.messages import NO_MFA, context_required, rules_failed
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.policy import set_rule
from harness.sdk import configured
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"


@pytest.fixture
def activation(demo, admin, person, role) -> Order:
    admin.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
    return Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT1H"))


def ask_for_context(wire, role: str, context: str) -> None:
    name = "AuthenticationContext_EndUser_Assignment"
    set_rule(wire, role, "AuthenticationContext", name, isEnabled=True, claimValue=context)


def claims_of(message: str) -> dict:
    """As clients take them out of the message."""
    (encoded,) = re.findall(r"[&?]claims=([^&\s]+)", message)
    return json.loads(unquote(encoded))


class TestRoundTrips:
    def test_a_context_through_the_sdk(self, activation, demo, wire, person):
        ask_for_context(wire, activation.role, "c2")
        sdk = demo.sdk(person)
        with pytest.raises(ODataError) as refused:
            sdk.post(activation)
        error = refused.value
        assert (error.response_status_code, error.error.code) == (400, "RoleAssignmentRequestAcrsValidationFailed")
        claims = claims_of(error.error.message)
        assert claims == {"access_token": {"acrs": {"essential": True, "value": "c2"}}}
        # The client redeems the claims at its authority, and repeats the order unchanged.
        asked = claims["access_token"]["acrs"]["value"]
        assert demo.sdk(person, acrs=[asked]).post(activation).status == "Provisioned"

    def test_a_context_over_plain_http_is_no_challenge_by_header(self, activation, demo, wire, person):
        ask_for_context(wire, activation.role, "c1")
        answer = demo.graph(person).send("POST", ASSIGNMENT.requests, body=activation.json())
        assert answer.status_code == 400 and "www-authenticate" not in answer.headers
        expected = context_required("c1")
        assert (answer.json()["error"]["code"], answer.json()["error"]["message"]) == (expected["code"], expected["message"])

    def test_a_second_factor(self, activation, demo, wire, person):
        set_rule(
            wire, activation.role, "Enablement", "Enablement_EndUser_Assignment",
            enabledRules=["MultiFactorAuthentication", "Justification"],
        )  # fmt: skip
        demo.sdk(person, mfa=False).refused(activation, **rules_failed(NO_MFA))
        assert demo.sdk(person, mfa=True).post(activation).status == "Provisioned"

    def test_a_token_of_another_context_is_asked_again_for_the_same(self, activation, demo, wire, person):
        ask_for_context(wire, activation.role, "c1")
        for acrs in ([], ["c2"], ["c11"], ["C1"]):
            demo.sdk(person, acrs=acrs).refused(activation, **context_required("c1"))

    def test_whoever_has_no_token_is_told_where_tokens_come_from_without_claims(self, demo):
        answer = demo.http.get("/v1.0/me", headers={"Authorization": "Bearer x"})
        assert answer.status_code == 401
        assert "claims" not in answer.headers["www-authenticate"]


class TestContexts:
    def test_the_sdk_lists_and_gets_them(self, admin):
        builder = admin.client.identity.conditional_access.authentication_context_class_references
        found = admin.run(builder.get(configured(builder, filter="id eq 'c1'"))).value
        assert [(it.id, it.display_name, it.is_available) for it in found] == [("c1", "Fresh sign-in", True)]
        one = admin.run(builder.by_authentication_context_class_reference_id("c2").get())
        assert one.display_name == "Security key"

    def test_a_patch_makes_one_that_is_not_there(self, wire):
        wire.refused("GET", f"{CONTEXTS}/c40", status=404)
        wire.patch(f"{CONTEXTS}/c40", {"displayName": "Guarded", "isAvailable": True})
        expected = {"id": "c40", "displayName": "Guarded", "description": None, "isAvailable": True}
        assert expected.items() <= wire.get(f"{CONTEXTS}/c40").items()
        wire.patch(f"{CONTEXTS}/c40", {"description": "A guarded door"})
        assert {**expected, "description": "A guarded door"}.items() <= wire.get(f"{CONTEXTS}/c40").items()
        wire.delete(f"{CONTEXTS}/c40")
        wire.refused("GET", f"{CONTEXTS}/c40", status=404)
        wire.refused("DELETE", f"{CONTEXTS}/c40", status=404)

    def test_a_post_makes_one_once(self, wire):
        made = wire.post(CONTEXTS, {"id": "c41", "displayName": "Posted"})
        assert (made["id"], made["isAvailable"]) == ("c41", False)
        wire.refused("POST", CONTEXTS, {"id": "c41"}, status=400, code="Request_BadRequest")

    @pytest.mark.parametrize("key", ("c0", "c100", "x1", "C1"))
    def test_there_are_ninety_nine(self, key, wire):
        wire.refused("PATCH", f"{CONTEXTS}/{key}", {"displayName": "x"}, status=400)
        wire.refused("POST", CONTEXTS, {"id": key}, status=400)

    def test_a_change_is_audited(self, wire, demo):
        wire.patch(f"{CONTEXTS}/c42", {"displayName": "Watched"})
        log = demo.graph(demo.app())
        rows = log.list("/auditLogs/directoryAudits", filter="activityDisplayName eq 'Add authentication context'")
        assert "c42" in [it["targetResources"][0]["id"] for it in rows]

    def test_one_that_is_not_there_falls_back_to_a_second_factor(self, activation, demo, wire, person):
        ask_for_context(wire, activation.role, "c77")
        no_factor = demo.graph(person, mfa=False, acrs=["c77"])
        refusal: Refusal = no_factor.refused("POST", ASSIGNMENT.requests, activation.json(), **rules_failed(NO_MFA))
        assert "AuthenticationContext_EndUser_Assignment" in str(refusal.details)
        # As soon as the tenant has it, it is asked for.
        wire.patch(f"{CONTEXTS}/c77", {"displayName": "Late"})
        demo.sdk(person).refused(activation, **context_required("c77"))
        wire.delete(f"{CONTEXTS}/c77")
        assert demo.sdk(person).post(activation).status == "Provisioned"
