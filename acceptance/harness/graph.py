"""Graph over plain HTTP, for what the SDK cannot say. Every answer is held against the protocol: its
content type, its OData headers, its ids, and in v1.0 the published model; every error against its exact code and
message."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx

from . import published
from .proofs import replayed

JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class HasToken(Protocol):
    @property
    def token(self) -> str: ...


@dataclass(frozen=True)
class Refusal:
    """An error body that has been checked for its shape."""

    status: int
    code: str
    message: str
    details: list[dict]


class Graph:
    """One caller on one version of the API."""

    def __init__(self, http: httpx.Client, caller: HasToken | None, version: str = "v1.0", client: str | None = None):
        self.http = http
        self.caller = caller
        self.version = version
        self.client = {"User-Agent": replayed(client)} if client else {}

    def named(self, client: str) -> "Graph":
        """The same as this client, whose requests are replayed: the server's log names it."""
        return Graph(self.http, self.caller, self.version, client)

    @property
    def root(self) -> str:
        return f"{str(self.http.base_url).rstrip('/')}/{self.version}"

    @property
    def metadata(self) -> str:
        return f"{self.root}/$metadata"

    # Expecting success.

    def get(self, path: str, *, status: int = 200, headers: dict | None = None, **query) -> Any:
        return self._json(self.send("GET", path, headers=headers, **query), status)

    def list(self, path: str, *, headers: dict | None = None, **query) -> list[dict]:
        """All rows of a collection, page by page."""
        page = self.get(path, headers=headers, **query)
        rows = page["value"]
        while next_link := page.get("@odata.nextLink"):
            assert next_link.startswith(self.root), next_link
            page = self._json(self.send("GET", next_link, headers=headers), 200)
            rows += page["value"]
        return rows

    def post(self, path: str, body: Any = None, *, status: int = 201, headers: dict | None = None) -> Any:
        return self._json(self.send("POST", path, body=body, headers=headers), status)

    def patch(self, path: str, body: Any, *, status: int = 204) -> Any:
        return self._json(self.send("PATCH", path, body=body), status)

    def delete(self, path: str, *, status: int = 204) -> Any:
        return self._json(self.send("DELETE", path), status)

    # Expecting a refusal.

    def refused(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int,
        code: str | None = None,
        message: str | None = None,
        content: bytes | None = None,
        headers: dict | None = None,
        **query,
    ) -> Refusal:
        """An error with exactly this status, code and message, where they are given."""
        answer = self.send(method, path, body=body, content=content, headers=headers, **query)
        refusal = check_refusal(answer)
        assert refusal.status == status, answer.text
        assert code is None or refusal.code == code, answer.text
        assert message is None or refusal.message == message, answer.text
        return refusal

    # The wire.

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        headers: dict | None = None,
        **query,
    ) -> httpx.Response:
        """Sends a request; `filter='…'` becomes `$filter=…`."""
        sent = {**self.client, **(headers or {})}
        if self.caller is not None:
            sent.setdefault("Authorization", f"Bearer {self.caller.token}")
        sent.setdefault("client-request-id", str(uuid.uuid4()))
        if body is not None:
            content = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else f"{self.root}/{path.lstrip('/')}"
        parameters = {f"${name}": text for name, text in query.items()} or None
        answer = self.http.request(method, url, params=parameters, content=content, headers=sent)
        check_headers(answer, sent["client-request-id"])
        if self.version == "v1.0" and answer.is_success and answer.content and "json" in answer.headers["content-type"]:
            published.check(answer.json())
        return answer

    def replay(self, method: str, target: str, body: bytes | None = None, headers: dict | None = None) -> httpx.Response:
        """Sends a request line byte for byte, as another client wrote it."""
        sent = {"Authorization": f"Bearer {self.caller.token}", **self.client, **(headers or {})}
        request = self.http.build_request(method, "/", content=body, headers=sent)
        request.extensions["target"] = target.encode("ascii")
        return self.http.send(request)

    def _json(self, answer: httpx.Response, status: int) -> Any:
        assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        if not answer.content:
            assert status in (202, 204), "an empty body"
            return None
        return answer.json()


def check_headers(answer: httpx.Response, client_request_id: str) -> None:
    """What every answer of the API carries (directory dossier B6)."""
    assert answer.status_code < 500, answer.text
    uuid.UUID(answer.headers["request-id"])
    assert answer.headers["client-request-id"] == client_request_id
    if answer.content:
        assert "content-type" in answer.headers
    if answer.headers.get("content-type", "").startswith("application/json"):
        assert answer.headers["odata-version"] == "4.0"
        if answer.status_code < 300 and "odata.metadata=none" not in answer.headers["content-type"]:
            assert answer.headers["content-type"] == JSON_TYPE


def check_refusal(answer: httpx.Response) -> Refusal:
    """The error envelope, whole (schedules dossier 2.7)."""
    assert answer.status_code >= 400, f"accepted: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/json"), answer.headers["content-type"]
    body = answer.json()
    assert set(body) == {"error"}, body
    error = body["error"]
    assert set(error) <= {"code", "message", "details", "target", "innerError"}, error
    assert isinstance(error["code"], str) and isinstance(error["message"], str), error
    inner = error["innerError"]
    datetime.strptime(inner["date"], "%Y-%m-%dT%H:%M:%S")
    assert inner["request-id"] == answer.headers["request-id"]
    assert inner["client-request-id"] == answer.headers["client-request-id"]
    return Refusal(answer.status_code, error["code"], error["message"], error.get("details", []))


def parse_time(text: str) -> datetime:
    """Reads Graph's date-times: UTC, `Z`, up to seven decimals without trailing zeros."""
    assert text.endswith("Z"), text
    whole, _, fraction = text[:-1].partition(".")
    assert len(fraction) <= 7 and not fraction.endswith("0"), text
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")
