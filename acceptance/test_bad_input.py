"""Bad input: a clear Graph error with the right status, nothing changed, never a 5xx and never a hang."""

import json
import socket
import time
from http.client import HTTPConnection

import pytest

from harness.graph import check_refusal
from harness.messages import INVALID
from harness.order import ASSIGNMENT, Order, lasting, permanent

BODY_BYTES_MAX = 4 * 1024 * 1024
BETWEEN_HEAD_AND_BODY_SECONDS = 0.05


@pytest.fixture
def body(side, role, demo) -> dict:
    """A good body to be spoilt; whatever becomes of it, nothing is stored."""
    yield Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent()).json()
    assert demo.graph(demo.app()).list(side.requests, filter=f"roleDefinitionId eq '{role}'") == []


JSON_TYPE = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"adminAssign"',
        b'{"action":"adminAssign"',
        b'{"action":"adminAssign",}',
        b"\xff\xfe",
        b'{"action":"\xff"}',
        b"{'action':'adminAssign'}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda it: repr(it[:20]),
)
def test_malformed_json(content, side, wire):
    refusal = wire.refused("POST", side.requests, content=content, headers=JSON_TYPE, status=400)
    assert refusal.code in ("BadRequest", INVALID["code"])


@pytest.mark.parametrize(
    "change",
    [
        {"action": 7},
        {"action": "adminAdd"},
        {"action": "UserAdd"},
        {"action": "unknownFutureValue"},
        {"action": ""},
        {"action": ["adminAssign"]},
        {"principalId": 7},
        {"principalId": "erin"},
        {"principalId": {}},
        {"roleDefinitionId": "Global Administrator"},
        {"roleDefinitionId": True},
        {"directoryScopeId": 7},
        {"isValidationOnly": "perhaps"},
        {"justification": 7},
        {"scheduleInfo": "always"},
        {"scheduleInfo": []},
        {"scheduleInfo": {"expiration": 7}},
        {"scheduleInfo": {"expiration": {"type": "never"}}},
        {"ticketInfo": "CHG-1"},
        {"ticketInfo": {"ticketNumber": 7}},
    ],
    ids=str,
)
def test_wrong_types_and_unknown_values(change, body, side, wire):
    refusal = wire.refused("POST", side.requests, {**body, **change}, status=400)
    assert refusal.code in ("BadRequest", INVALID["code"])


@pytest.mark.parametrize("missing", ["action", "principalId", "roleDefinitionId", "directoryScopeId", "scheduleInfo"])
def test_missing_members(missing, body, side, wire):
    for gone in ({key: it for key, it in body.items() if key != missing}, {**body, missing: None}):
        wire.refused("POST", side.requests, gone, **INVALID)


@pytest.mark.parametrize(
    "start",
    ["2026-03-11T10:00:00", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-11T25:00:00Z", "tomorrow", "", 7,
     "2026-03-11", "0000-00-00T00:00:00Z", "99999-01-01T00:00:00Z", "2026-03-11T10:00:00+99:00",
     "2026-03-11T10:00:00.12345678Z"],
)  # fmt: skip
def test_impossible_dates(start, body, side, wire):
    schedule = {"startDateTime": start, "expiration": {"type": "afterDuration", "duration": "P1D"}}
    refusal = wire.refused("POST", side.requests, {**body, "scheduleInfo": schedule}, status=400)
    assert refusal.code in ("BadRequest", INVALID["code"])


@pytest.mark.parametrize(
    "duration",
    ["P1W", "P1M", "P1Y", "-PT1H", "PT0S", "5:30:00", "365 days, 0:00:00", "P", "PT", "PT1", "1H", "PT-1H", "", 7, None,
     "P99999999999999999999D", "PT1.5H", "pt1h x"],
)  # fmt: skip
def test_impossible_durations(duration, body, side, wire):
    schedule = {"expiration": {"type": "afterDuration", "duration": duration}}
    refusal = wire.refused("POST", side.requests, {**body, "scheduleInfo": schedule}, status=400)
    assert refusal.code in ("BadRequest", INVALID["code"], "InvalidRoleAssignmentRequestSchedule", "ActiveDurationTooShort")


def test_a_window_beyond_the_end_of_time(body, side, wire):
    for expiration in (
        {"type": "afterDuration", "duration": "P9999999D"},
        {"type": "afterDateTime", "endDateTime": "9999-12-31T23:59:59Z"},
    ):
        answer = wire.send("POST", side.requests, body={**body, "isValidationOnly": True, "scheduleInfo": {"expiration": expiration}})
        assert answer.status_code in (201, 400)


def test_recurrence(body, side, wire):
    recurrence = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-03-02"}}
    schedule = {"recurrence": recurrence, "expiration": {"type": "noExpiration"}}
    wire.refused("POST", side.requests, {**body, "scheduleInfo": schedule}, status=400)


@pytest.mark.parametrize("size", [BODY_BYTES_MAX + 1, 3 * BODY_BYTES_MAX])
def test_an_oversized_body(size, side, demo):
    token = demo.user("alice").token
    content = b'{"justification":"' + b"x" * size + b'"}'
    headers = {"Authorization": f"Bearer {token}", **JSON_TYPE}
    answer = demo.http.post(f"/v1.0{side.requests}", content=content, headers=headers)
    assert answer.status_code == 413
    assert check_refusal(answer).status == 413


def test_an_oversized_body_without_a_length(side, demo):
    token = demo.user("alice").token

    def chunks():
        for _ in range(BODY_BYTES_MAX // 65536 + 2):
            yield b" " * 65536

    headers = {"Authorization": f"Bearer {token}", **JSON_TYPE}
    answer = demo.http.post(f"/v1.0{side.requests}", content=chunks(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "is_signed_in", "status"),
    [
        ("POST", "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests", False, 401),
        ("POST", "/v1.0/roleManagement/directory/roleAssignmentSchedules", True, 405),
        ("POST", "/v1.0/nonsense", True, 400),
        ("POST", "/access/v1/evaluation", False, 401),
        ("PUT", "/ext/v1/demo/clock", True, 405),
    ],
)
def test_a_refusal_before_the_body_leaves_the_connection_usable(method, path, is_signed_in, status, demo):
    """A body that follows late is taken off the wire, or the client is told that the connection ends."""
    token = demo.user("alice").token
    connection = HTTPConnection(demo.base.removeprefix("http://"), timeout=10)
    connection.putrequest(method, path)
    connection.putheader("Content-Length", "2")
    if is_signed_in:
        connection.putheader("Authorization", f"Bearer {token}")
    connection.endheaders()
    time.sleep(BETWEEN_HEAD_AND_BODY_SECONDS)
    connection.send(b"{}")
    answer = connection.getresponse()
    assert answer.status == status, answer.read()
    answer.read()
    for _ in range(2):
        connection.request("GET", "/v1.0/me", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (200, True)
    connection.close()


def test_a_long_justification(body, side, role, admin, demo, wire):
    for length, accepted in ((500, True), (100_000, False)):
        answer = wire.send("POST", side.requests, body={**body, "isValidationOnly": True, "justification": "x" * length})
        assert (answer.status_code == 201) or (not accepted and answer.status_code == 400), answer.text


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/plain", 415), ("application/xml", 415), ("application/json; charset=utf-8", 400)],
)
def test_content_types(content_type, status, side, wire):
    wire.refused("POST", side.requests, content=b"{}", headers={"Content-Type": content_type}, status=status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1.0/nonsense", 400),
        ("GET", "/v1.0/roleManagement/directory/nonsense", 400),
        ("GET", "/v1.0/roleManagement", None),
        ("GET", "/v2.0/users", None),
        ("GET", "/v1.0/users/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/v1.0/users/%00", None),
        ("GET", "/v1.0/users/%ff", None),
        ("GET", "/v1.0/users('unclosed", None),
        ("GET", "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances(", None),
        ("DELETE", "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests", 405),
        ("PUT", "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests", 405),
        ("PATCH", "/v1.0/me", None),
        ("TRACE", "/v1.0/users", 405),
        ("GET", "/v1.0/directoryObjects/getByIds", 405),
        ("GET", "/v1.0/$batch", 405),
        ("POST", "/v1.0/$metadata", 405),
        ("GET", "/v1.0/roleManagement/entitlementManagement/roleDefinitions", 501),
        ("GET", "/beta/identityGovernance/accessReviews/definitions", 501),
        ("TRACE", "/beta/$metadata", 405),
    ],
)
def test_paths_and_methods(method, path, status, wire):
    answer = wire.replay(method, path)
    refusal = check_refusal(answer)
    assert 400 <= refusal.status < 500 or refusal.status == 501
    assert status is None or refusal.status == status, answer.text
    assert (refusal.status == 405) == ("allow" in answer.headers)


@pytest.mark.parametrize(
    "query",
    [
        "$filter=" + "(" * 5000,
        "$filter=" + "not " * 5000 + "true",
        "$filter=" + " or ".join(["id eq 'x'"] * 5000),
        "$filter=id in (" + ",".join(["'x'"] * 5000) + ")",
        "$filter=id eq '" + "x" * 60_000 + "'",
        "$expand=" + "principal($expand=" * 500,
        "$select=" + ",".join(["id"] * 5000),
        "$orderby=" + ",".join(["id"] * 5000),
        "$filter=%",
        "$filter=%zz",
        "$filter=%ff%fe",
        "$top=99999999999999999999999",
        "$skiptoken=" + "A" * 10_000,
        "$magic=1",
        "$filter=a/b/c/d/e/f eq 1",
        "$filter=principal/principal/id eq 'x'",
        "$filter=startswith(id)",
        "$filter=id eq 'x' id eq 'y'",
        "$filter=;DROP TABLE grants;--",
        "$filter=id eq '' or '1' eq '1'",
    ],
    ids=lambda it: it[:30],
)
def test_hostile_queries(query, side, wire):
    target = f"/v1.0{side.instances}?{query.replace(' ', '%20')}"
    answer = wire.replay("GET", target)
    assert 200 <= answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.content:
        assert answer.status_code in (400, 414, 431)


@pytest.mark.parametrize("quote", ["'", "''", '"', "\\", "%27", "; --", "\u2019", "\u0000"])
def test_quotes_reach_no_sql(quote, side, wire):
    text = f"x{quote}y".replace("'", "''")
    answer = wire.send("GET", side.instances, filter=f"principalId eq '{text}'")
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json()["value"] == []


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"GET /v1.0/users HTTP/1.1\r\n\r\n",
        b"GET /v1.0/users HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1.0/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda it: repr(it[:30]),
)
def test_broken_http_does_not_take_the_server_down(raw, demo):
    host, port = demo.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    assert answer == b"" or b" 4" in answer.split(b"\r\n")[0] or b" 5" not in answer.split(b"\r\n")[0]
    assert demo.graph("alice").get("/me")["id"] == demo.people["alice"].id


def test_duplicate_members_do_not_smuggle(side, role, demo, wire):
    """The last of two members counts, or the body is refused; never the first checked and the second done."""
    order = Order(side, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D"))
    text = json.dumps(order.json())
    content = (text[:-1] + f', "principalId": "{demo.people["carol"].id}"' + "}").encode()
    answer = wire.send("POST", side.requests, content=content, headers=JSON_TYPE)
    if answer.status_code == 201:
        assert answer.json()["principalId"] == demo.people["carol"].id
    else:
        assert check_refusal(answer).status == 400


def test_members_that_nobody_declared_are_ignored(side, role, demo, wire):
    order = Order(side, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D"))
    extra = {"colour": "red", "id": "mine", "status": "Provisioned", "createdBy": None, "@odata.type": "#microsoft.graph.x"}
    made = wire.post(side.requests, {**order.json(), **extra})
    assert made["id"] != "mine" and "colour" not in made


def test_cancel_takes_any_or_no_body(side, role, demo, wire):
    for content, headers in ((None, {}), (b"", JSON_TYPE), (b"null", JSON_TYPE), (b"{}", JSON_TYPE)):
        order = Order(side, "adminAssign", demo.people["erin"].id, role, window=lasting("P1D", demo.at(days=1)))
        made = wire.post(side.requests, order.json())
        answer = wire.send("POST", f"{side.requests}/{made['id']}/cancel", content=content, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")


def test_two_writers_at_once_give_one_grant(role, demo):
    """A race for the same grant has one winner; the others are told that it exists."""
    from concurrent.futures import ThreadPoolExecutor

    body = Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()).json()
    graph = demo.graph("alice")
    token = graph.caller.token
    assert token
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: graph.send("POST", ASSIGNMENT.requests, body=body), range(16)))
    assert sorted(it.status_code for it in answers) == [201] + [400] * 15
    assert {it.json()["error"]["code"] for it in answers if it.status_code == 400} == {"RoleAssignmentExists"}
    assert len(graph.list(ASSIGNMENT.requests, filter=f"roleDefinitionId eq '{role}'")) == 1
