"""Exports of the audit log: what the list shows, in one file that can be hashed or opened in a spreadsheet."""

import csv
import io
import json

import pytest

from harness.order import ELIGIBILITY, Order, permanent

EXPORT = "/ext/v1/audit/export"
LIST = "/auditLogs/directoryAudits"
FORMULA = "=cmd|'/C calc'!A0"


@pytest.fixture
def export(demo):
    """An export as this caller gets it."""

    def get(caller=None, *, status: int = 200, **query):
        answer = demo.http.get(EXPORT, params=query, headers=bearer(caller or demo.app()))
        assert answer.status_code == status, answer.text
        return answer

    return get


def bearer(caller) -> dict:
    return {"Authorization": f"Bearer {caller.token}"}


@pytest.fixture
def filled(demo, admin, role):
    """A filter by this test's role, with more than one row, one of which says something dangerous."""
    for _ in range(2):
        person = demo.new_person().id
        admin.post(Order(ELIGIBILITY, "adminAssign", person, role, window=permanent(), justification=FORMULA))
    return f"targetResources/any(t:t/id eq '{role}')"


def table(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_it_has_the_rows_of_the_list_in_their_order(demo, export, filled, direction):
    order = f"activityDateTime {direction}"
    rows = demo.graph(demo.app()).list(LIST, filter=filled, orderby=order, top=2)
    assert len(rows) >= 4
    query = {"$filter": filled, "$orderby": order}
    lines = [json.loads(line) for line in export(**query, format="jsonl").text.splitlines()]
    cells = table(export(**query, format="csv").text)
    ids = [row["id"] for row in rows]
    assert ids == [line["id"] for line in lines] == [row["id"] for row in cells]
    for row, line, cell in zip(rows, lines, cells, strict=True):
        assert cell["sequence"] == str(line["sequence"])
        assert cell["activityDisplayName"] == row["activityDisplayName"] == line["activityDisplayName"]
        first = row["targetResources"][0]
        assert cell["targetResources/0/displayName"] == (first["displayName"] or "")
        assert [it["type"] for it in json.loads(cell["targetResources"])] == [it["type"] for it in row["targetResources"]]
        assert json.loads(cell["additionalDetails"]) == row["additionalDetails"]


def test_lines_are_the_records_that_were_hashed(demo, export):
    # One token for both: to get another is a record too.
    caller = demo.app()
    exported = export(caller, **{"$orderby": "activityDateTime asc"}).content.splitlines()
    records = demo.http.get("/ext/v1/audit/records", headers=bearer(caller)).content.splitlines()
    assert len(records) > 1 and set(records) == set(exported)


def test_a_spreadsheet_runs_nothing(export, filled):
    answer = export(**{"$filter": filled}, format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    cells = table(answer.text)
    assert "'" + FORMULA in {row["resultReason"] for row in cells}
    assert not [cell for row in cells for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_who_may_not_read_the_log_gets_no_export(demo, export):
    refused = export(demo.app("User.Read.All"), status=403).json()["error"]
    assert refused["code"] == "Authentication_MSGraphPermissionMissing"
    refused = export(demo.user("erin"), status=403).json()["error"]
    assert refused["code"] == "Authentication_RequestFromUnsupportedUserRole"
    assert demo.http.get(EXPORT).status_code == 401


@pytest.mark.parametrize("query", [{"$filter": "nothing eq 1"}, {"$filter": "(("}, {"$orderby": "category"}])
def test_what_is_wrong_is_told_as_by_the_list(demo, export, query):
    refused = export(**query, status=400).json()["error"]
    listed = demo.http.get("/v1.0" + LIST, params=query, headers=bearer(demo.app())).json()["error"]
    assert (refused["code"], refused["message"]) == (listed["code"], listed["message"])
