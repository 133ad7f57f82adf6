"""The audit log on its way to a SIEM and to who witnesses it. Receivers are away, slow, refuse and die, and so does Tenure:
nothing is lost, everything comes in order, and what comes twice is the same."""

import json
import os
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from harness.certificates import self_signed
from harness.collectors import Collector, Syslog, free_port
from harness.graph import Graph
from harness.server import Server, run
from harness.tampering import cut_off

WAIT_SECONDS = 90
TOKEN = "correct-horse-9-battery"


class Installation:
    """A served data folder that hands its audit log on."""

    def __init__(self, folder: Path):
        self.folder = folder
        made = run("setup", "--data-dir", str(self.data), "--domain", "corp.example", "--json")
        assert made.returncode == 0, made.stderr
        self.setup = json.loads(made.stdout)
        self.server = None
        self.people = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def serve(self, settings: str) -> None:
        """Starts it with this configuration."""
        config = self.folder / "tenure.toml"
        config.write_text(settings)
        self.server = Server(
            "serve", "--config", str(config), "--data-dir", str(self.data), "--listen", "127.0.0.1:0", "--json"
        )
        self.http = httpx.Client(base_url=self.server.facts["baseUrl"], timeout=30)
        form = {
            "client_id": self.setup["app"]["appId"],
            "client_secret": self.setup["app"]["clientSecret"],
            "grant_type": "client_credentials",
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = self.http.post(f"/{self.server.facts['tenantId']}/oauth2/v2.0/token", data=form)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]

    def happen(self, times: int) -> None:
        """Something that is audited."""
        graph = Graph(self.http, self)
        for _ in range(times):
            self.people += 1
            name = f"person{self.people}"
            graph.post(
                "/users",
                {
                    "accountEnabled": True, "displayName": f"Person é {self.people}", "mailNickname": name,
                    "userPrincipalName": f"{name}@corp.example", "passwordProfile": {"password": "Correct-Horse-9"},
                },
            )  # fmt: skip

    def ext(self, what: str, **query) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.http.get(f"/ext/v1/audit/{what}", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    def progress(self, name: str) -> dict:
        (found,) = [it for it in self.ext("shipping").json()["value"] if it["name"] == name]
        return found

    def log(self) -> dict[int, str]:
        """The ids of all records by their numbers."""
        lines = self.ext("export").text.splitlines()
        return {it["sequence"]: it["id"] for it in map(json.loads, lines)}

    def log_lines(self) -> list[dict]:
        """What the server told its operator."""
        file = self.server.log.file.fileno()
        # Without moving to where it writes.
        return [json.loads(line) for line in os.pread(file, os.fstat(file).st_size, 0).splitlines()]

    def wait_until(self, done) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while not done():
            assert time.monotonic() < until, "it did not come to that"
            time.sleep(0.05)

    def wait_until_shipped(self, name: str) -> None:
        self.wait_until(lambda: self.progress(name)["behind"] == 0)

    def kill(self) -> None:
        self.http.close()
        self.server.kill()

    def stop(self) -> None:
        if self.server and self.server.process.poll() is None:
            self.http.close()
            assert self.server.stop() == 0


@pytest.fixture
def it(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.stop()


def first_seen(numbers: list[int]) -> list[int]:
    return list(dict.fromkeys(numbers))


def check_record(record: dict, tenant: str) -> None:
    """The shape of Azure Monitor (audit dossier, B10)."""
    assert list(record) == [
        "time", "operationName", "category", "tenantId", "correlationId", "identity", "resultType", "properties",
    ]  # fmt: skip
    row = record["properties"]
    assert (record["category"], record["tenantId"]) == ("AuditLogs", tenant)
    assert (record["operationName"], record["time"]) == (row["activityDisplayName"], row["activityDateTime"])
    assert (record["correlationId"], record["resultType"]) == (row["correlationId"], row["result"])


@pytest.mark.parametrize("tls", [False, True], ids=["tcp", "tls"])
def test_a_receiver_of_syslog_gets_everything_in_order(it, tmp_path, tls):
    files = self_signed(tmp_path) if tls else None
    port = free_port()
    trust = f'ca_file = "{files[0]}"' if tls else "tls = false"
    settings = f'[[audit.syslog]]\nname = "siem"\naddress = "localhost:{port}"\n{trust}\n'

    # Nobody is there; that is told, and holds nothing up.
    it.serve(settings)
    it.happen(10)
    it.wait_until(lambda: it.progress("siem")["failures"] >= 2)
    waiting = it.progress("siem")
    assert (waiting["type"], waiting["shippedThrough"], waiting["behind"]) == ("syslog", 0, len(it.log()))
    assert waiting["lastError"] and waiting["waitingSinceDateTime"]
    it.stop()

    # It comes while Tenure does not run, is slow, and Tenure is killed while it reads.
    siem = Syslog(port, files, seconds_per_read=0.05)
    it.serve(settings)
    it.happen(40)
    it.wait_until(lambda: len(siem.taken) > 5)
    assert it.progress("siem")["behind"] > 0
    it.kill()
    siem.stop()

    # It resets connections in the middle of batches.
    moody = Syslog(port, files, dies_after=3)
    it.serve(settings)
    it.happen(5)
    it.wait_until(lambda: moody.connections >= 2)
    moody.stop()
    final = Syslog(port, files)
    it.wait_until_shipped("siem")
    assert it.progress("siem") | {"shippedDateTime": ""} == {
        "name": "siem", "type": "syslog", "shippedThrough": len(it.log()), "shippedDateTime": "", "behind": 0,
        "waitingSinceDateTime": None, "failures": 0, "lastError": None,
    }  # fmt: skip

    log = it.log()
    taken = siem.sequences + moody.sequences + final.sequences
    assert first_seen(taken) == sorted(log)
    records = siem.records | moody.records | final.records
    for sequence, record in records.items():
        check_record(record, it.server.facts["tenantId"])
        assert record["properties"]["id"] == log[sequence]
    assert any("Person é 1" in json.dumps(record, ensure_ascii=False) for record in records.values())
    for match in final.taken:
        assert (match["priority"], match["host"]) == ("109", "127.0.0.1")
        assert match["correlation"] == json.loads(match["body"])["correlationId"]
    final.stop()


def test_a_collector_gets_everything_in_order_whatever_it_answers(it, tmp_path):
    port = free_port()
    secret = tmp_path / "token"
    secret.write_text("not this one\n")
    settings = (
        f'[[audit.http]]\nname = "lake"\nurl = "http://127.0.0.1:{port}/logs?stream=1"\ntoken_file = "{secret}"\n'
    )
    it.serve(settings)
    it.happen(20)
    it.wait_until(lambda: it.progress("lake")["failures"] >= 1)

    lake = Collector(port, (500, {}), (429, {"Retry-After": "3"}), (503, {}), token=TOKEN, seconds=0.3)
    it.wait_until(lambda: lake.posts)
    assert {status for status, _, _ in lake.posts} == {401}
    # Another token counts without a restart.
    secret.write_text(TOKEN + "\n")
    it.wait_until(lambda: any(status == 500 for status, _, _ in lake.posts))
    it.kill()
    it.serve(settings)
    it.happen(10)
    it.wait_until_shipped("lake")
    statuses = [status for status, _, _ in lake.posts if status != 401]
    assert statuses[:4] == [500, 429, 503, 200]
    times = [moment for status, moment, _ in lake.posts if status != 401]
    assert times[2] - times[1] >= 3, "it asked for that"

    log = it.log()
    ids = [record["properties"]["id"] for record in lake.records]
    assert first_seen(ids) == [log[sequence] for sequence in sorted(log)]
    for record in lake.records:
        check_record(record, it.server.facts["tenantId"])
    lake.stop()

    # It is away for long, and what happens meanwhile is there when it comes back.
    it.happen(30)
    it.wait_until(lambda: it.progress("lake")["failures"] >= 1)
    assert TOKEN not in json.dumps(it.progress("lake"))
    again = Collector(port, token=TOKEN)
    it.wait_until_shipped("lake")
    log = it.log()
    ids += [record["properties"]["id"] for record in again.records]
    assert first_seen(ids) == [log[sequence] for sequence in sorted(log)]
    again.stop()


def test_a_collector_that_is_slow_when_tenure_dies_gets_everything(it, tmp_path):
    port = free_port()
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    settings = (
        f'[[audit.http]]\nname = "lake"\nurl = "http://127.0.0.1:{port}/logs?stream=1"\ntoken_file = "{secret}"\n'
    )
    lake = Collector(port, token=TOKEN, seconds=1)
    for _ in range(3):
        it.serve(settings)
        posts = len(lake.posts)
        it.happen(5)
        it.wait_until(lambda posts=posts: len(lake.posts) > posts)
        it.happen(5)
        it.kill()
    it.serve(settings)
    it.wait_until_shipped("lake")
    log = it.log()
    ids = [record["properties"]["id"] for record in lake.records]
    assert first_seen(ids) == [log[sequence] for sequence in sorted(log)]
    lake.stop()


def test_a_destination_that_is_away_holds_up_no_other(it):
    away, port = free_port(), free_port()
    siem = Syslog(port)
    it.serve(
        f'[[audit.syslog]]\nname = "away"\naddress = "127.0.0.1:{away}"\ntls = false\n'
        f'[[audit.syslog]]\nname = "siem"\naddress = "127.0.0.1:{port}"\ntls = false\n'
        f'[[audit.witness]]\nname = "witness"\nurl = "http://127.0.0.1:{away}"\n'
    )
    it.happen(10)
    it.wait_until(lambda: it.progress("away")["failures"] >= 3)
    it.wait_until_shipped("siem")
    assert it.progress("away")["behind"] == len(it.log()) == len(siem.taken)
    siem.stop()
    # Told once, however often it fails.
    told = [line["fields"] for line in it.log_lines() if "could not be handed on" in line["fields"]["message"]]
    assert sorted(line["destination"] for line in told if line["destination"] != "siem") == ["away"]


def test_the_end_of_the_log_cannot_be_cut_off_where_checkpoints_are_kept_elsewhere(it, tmp_path):
    kept = tmp_path / "checkpoints.jsonl"
    settings = f'[audit]\ncheckpoints_file = "{kept}"\n'
    it.serve(settings)
    it.happen(70)
    it.stop()
    it.serve(settings)
    it.happen(3)
    last = max(it.log())
    it.stop()
    sizes = [json.loads(line)["size"] for line in kept.read_text().splitlines()]
    assert sizes == sorted(set(sizes)) and sizes[0] == 64 and sizes[-1] == last

    key = run("audit", "key", "--data-dir", str(it.data)).stdout.strip()
    verify = ("audit", "verify", "--data-dir", str(it.data), "--key", key)
    assert run(*verify, "--checkpoints", str(kept)).returncode == 0
    # All that the last run wrote, and the checkpoint that is about it.
    with sqlite3.connect(it.data / "tenure.db") as database:
        cut_off(database, last - 3)
        database.execute("DELETE FROM audit_checkpoints WHERE size > ?", (last - 3,))
    database.close()
    assert run(*verify).returncode == 0, "nobody could tell"
    found = run(*verify, "--checkpoints", str(kept))
    assert found.returncode == 1
    assert str(last) in found.stdout, found.stdout


def test_another_retention_is_in_the_log(it):
    it.serve("[audit]\nretention_days = 400\n")
    it.stop()
    it.serve("")
    rows = Graph(it.http, it).list(
        "/auditLogs/directoryAudits", filter="activityDisplayName eq 'Update audit retention'"
    )
    changes = [row["targetResources"][0]["modifiedProperties"][0] for row in rows]
    assert [(it["displayName"], it["oldValue"], it["newValue"]) for it in changes] == [
        ("RetentionDays", "400", "null"),
        ("RetentionDays", "null", "400"),
    ]
