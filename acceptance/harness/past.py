"""Questions about the past, over plain HTTP: Tenure's own routes."""

import httpx

from .graph import Refusal

ROOT = "/ext/v1"


class Past:
    """One caller."""

    def __init__(self, demo, who="alice", **wish):
        self.demo = demo
        self.caller = demo.user(who, **wish) if isinstance(who, str) or hasattr(who, "upn") else who

    def send(self, path: str, **query) -> httpx.Response:
        url = path if path.startswith("http") else f"{ROOT}{path}"
        headers = {"Authorization": f"Bearer {self.caller.token}"}
        parameters = {f"${name}" if name in ("top", "skiptoken") else name: text for name, text in query.items()}
        answer = self.demo.http.get(url, params=parameters or None, headers=headers)
        assert answer.status_code < 500, answer.text
        return answer

    def get(self, path: str, **query) -> dict:
        answer = self.send(path, **query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    def list(self, path: str, **query) -> list[dict]:
        """All rows, page by page."""
        page = self.get(path, **query)
        rows = page["value"]
        while link := page.get("@odata.nextLink"):
            assert link.startswith(self.demo.base), link
            assert len(page["value"]) <= int(query.get("top", 100))
            page = self.get(link)
            rows += page["value"]
        return rows

    def refused(self, path: str, *, status: int, code: str, message: str | None = None, **query) -> Refusal:
        answer = self.send(path, **query)
        body = answer.json()
        assert (answer.status_code, body["error"]["code"]) == (status, code), answer.text
        assert message is None or body["error"]["message"] == message, answer.text
        return check_refusal_body(answer)


def check_refusal_body(answer: httpx.Response) -> Refusal:
    """The error envelope; these requests name no id of their own."""
    error = answer.json()["error"]
    assert set(error) <= {"code", "message", "details", "target", "innerError"}, error
    return Refusal(answer.status_code, error["code"], error["message"], error.get("details", []))
