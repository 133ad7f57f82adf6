"""Step-up by the SDKs of both versions: an activation is refused for what the token lacks, the caller gets
another token as the refusal says, and asks again with the same order."""

import json
import re
from urllib.parse import unquote

import pytest

from harness.messages import NO_JUSTIFICATION, NO_MFA, context_required, rules_failed
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.settings import Settings

ENABLEMENT = "Enablement_EndUser_Assignment"
CONTEXT = "AuthenticationContext_EndUser_Assignment"


@pytest.fixture
def settings(demo, version, role) -> Settings:
    return Settings(demo.sdk("alice", version), role)


@pytest.fixture
def activation(settings, person, role) -> Order:
    settings.sdk.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent()))
    return Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting("PT1H"))


@pytest.fixture
def signed_in(demo, person, version):
    """The person's SDK, with a token of this strength."""
    return lambda **strength: demo.sdk(person, version, **strength)


def claims(refusal) -> dict:
    """What clients read out of the message (policies dossier 7)."""
    (text,) = re.findall(r"[&?]claims=([^&\s]+)", refusal.message)
    return json.loads(unquote(text))


def made(settings) -> list[str]:
    """Every activation that was recorded for the role."""
    wanted = f"roleDefinitionId eq '{settings.role}' and action eq 'selfActivate'"
    return [it.status for it in settings.sdk.list(ASSIGNMENT, "requests", filter=wanted)]


def test_to_an_authentication_context(settings, activation, signed_in):
    settings.change(CONTEXT, is_enabled=True, claim_value="c1")
    refusal = signed_in(mfa=False).refused(activation, **context_required("c1"))
    challenge = claims(refusal)
    assert challenge == {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
    assert made(settings) == []
    stronger = signed_in(mfa=False, acrs=[challenge["access_token"]["acrs"]["value"]])
    assert stronger.post(activation).status == "Provisioned"
    assert made(settings) == ["Provisioned"]


def test_to_the_context_of_the_moment(settings, activation, signed_in):
    settings.change(CONTEXT, is_enabled=True, claim_value="c1")
    first = claims(signed_in().refused(activation, **context_required("c1")))
    settings.change(CONTEXT, is_enabled=True, claim_value="c2")
    context = first["access_token"]["acrs"]["value"]
    second = claims(signed_in(acrs=[context]).refused(activation, **context_required("c2")))
    both = [context, second["access_token"]["acrs"]["value"]]
    assert signed_in(acrs=both).post(activation).status == "Provisioned"


def test_to_a_second_factor(settings, activation, signed_in):
    settings.change(ENABLEMENT, enabled_rules=["MultiFactorAuthentication", "Justification"])
    refusal = signed_in(mfa=False).refused(activation, **rules_failed(NO_MFA))
    assert "claims=" not in refusal.message
    assert made(settings) == []
    assert signed_in(mfa=True).post(activation).status == "Provisioned"
    assert made(settings) == ["Provisioned"]


def test_a_context_stands_in_for_the_second_factor(settings, activation, signed_in):
    settings.change(ENABLEMENT, enabled_rules=["MultiFactorAuthentication"])
    settings.change(CONTEXT, is_enabled=True, claim_value="c1")
    signed_in(mfa=True).refused(activation, **context_required("c1"))
    assert signed_in(mfa=False, acrs=["c1"]).post(activation).status == "Provisioned"


def test_a_stronger_token_does_not_stand_in_for_a_reason(settings, activation, signed_in):
    settings.change(CONTEXT, is_enabled=True, claim_value="c1")
    silent = activation.but(justification=None)
    signed_in(acrs=["c1"]).refused(silent, **rules_failed(NO_JUSTIFICATION))
    assert signed_in(acrs=["c1"]).post(activation).status == "Provisioned"


def test_before_an_approval(settings, activation, signed_in, demo):
    settings.require_approval(settings.user(demo.people["dave"].id))
    settings.change(CONTEXT, is_enabled=True, claim_value="c1")
    signed_in().refused(activation, **context_required("c1"))
    assert made(settings) == []
    assert signed_in(acrs=["c1"]).post(activation).status == "PendingApproval"
