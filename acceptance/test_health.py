"""Whether the process lives and can serve; both routes need no token."""

import pytest


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health(path, demo):
    answer = demo.http.get(path)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
