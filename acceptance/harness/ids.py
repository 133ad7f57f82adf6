"""The derived ids of instances and of `/roleAssignments` rows (schedules dossier 2.6), made anew."""

from base64 import urlsafe_b64encode
from uuid import UUID


def derived(role: str, principal: str, scope: str = "/", *, eligible: bool = False) -> str:
    parts = [role, principal, *([scope.rpartition("/")[2]] if scope != "/" else [])]
    text = urlsafe_b64encode(b"".join(UUID(part).bytes_le for part in parts)).decode().rstrip("=")
    return f"{text}-{len(parts) - 1}{'-e' if eligible else ''}"


# The dossier's own examples, so that a slip here cannot hide one there.
assert derived("fe930be7-5e62-47db-91af-98c3a49a38b1", "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811") == (
    "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1"
)
assert derived("62e90394-69f5-4237-9190-012177145e10", "6be4b305-b75e-4efc-bfcc-31bd3b53a5f8") == (
    "lAPpYvVpN0KRkAEhdxReEAWz5Gtet_xOv8wxvTtTpfg-1"
)
