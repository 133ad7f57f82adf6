"""Tokens looked into, and tokens that came from somewhere else than the demo's own route."""

import base64
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Holder:
    """A caller with this token."""

    token: str


def claims(token: str) -> dict:
    return json.loads(decoded(token.split(".")[1]))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
