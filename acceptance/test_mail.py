"""Mail over a real SMTP connection to a mail server from a package, which dies in the middle; so does Tenure."""

import json
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from harness.certificates import self_signed
from harness.graph import Graph
from harness.mail_sink import Sink
from harness.order import ASSIGNMENT, Order, permanent
from harness.server import Server, run

WAIT_SECONDS = 60
REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"
PEOPLE = 12


class Installation:
    """A served data folder with a mail server beside it."""

    def __init__(self, folder: Path):
        self.folder = folder
        made = run("setup", "--data-dir", str(folder / "data"), "--domain", "corp.example", "--json")
        assert made.returncode == 0, made.stderr
        self.setup = json.loads(made.stdout)
        self.server = self.sink = None

    def serve(self, **mail) -> None:
        """Starts it with these `[mail]` settings."""
        settings = {"from": "pim@corp.example", "retry_after": "PT1S", **mail}
        config = self.folder / "tenure.toml"
        config.write_text("[mail]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
        self.server = Server(
            "serve", "--config", str(config), "--data-dir", str(self.folder / "data"), "--listen", "127.0.0.1:0", "--json"
        )
        self.http = httpx.Client(base_url=self.server.facts["baseUrl"], timeout=30)
        tenant = self.server.facts["tenantId"]
        form = {
            "client_id": self.setup["app"]["appId"],
            "client_secret": self.setup["app"]["clientSecret"],
            "grant_type": "client_credentials",
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = self.http.post(f"/{tenant}/oauth2/v2.0/token", data=form)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        self.graph = Graph(self.http, self)

    def open_sink(self, *options: str, port: int = 0) -> None:
        self.sink = Sink(self.folder / "mail.jsonl", "--port", str(port), *options)

    def hire(self, number: int) -> str:
        """Somebody new, with a mailbox, who is assigned a role: one message to them and one to administrators."""
        name = f"person{number}"
        body = {
            "accountEnabled": True, "displayName": f"Person {number}", "mailNickname": name,
            "userPrincipalName": f"{name}@corp.example", "passwordProfile": {"password": "Correct-Horse-9-Battery"},
        }  # fmt: skip
        made = self.graph.post("/users", body)["id"]
        self.graph.patch(f"/users/{made}", {"mail": f"{name}@corp.example"})
        order = Order(ASSIGNMENT, "adminAssign", made, REPORTS_READER, window=permanent())
        self.graph.post(ASSIGNMENT.requests, order.json())
        return f"{name}@corp.example"

    def outbox(self, status: str = "failed") -> dict:
        answer = self.http.get("/ext/v1/notifications/outbox", params={"status": status}, headers=self.bearer)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def bearer(self) -> dict:
        return {"Authorization": f"Bearer {self.token}"}

    def wait_until(self, done) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while not done():
            assert time.monotonic() < until, "it did not come to that"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.server and self.server.process.poll() is None:
            self.http.close()
            assert self.server.stop() == 0
        if self.sink:
            self.sink.stop()


@pytest.fixture
def it(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.stop()


def test_mail_arrives_as_people_expect_it(it):
    it.open_sink()
    it.serve(smtp_url=f"smtp+insecure://127.0.0.1:{it.sink.port}", from_name="Access desk", subject_prefix="[access]")
    somebody = it.hire(1)
    it.wait_until(lambda: len(it.sink.taken()) == 2)
    (message,) = [sent for sent in it.sink.taken() if sent["to"] == [somebody]]
    assert message["subject"] == "[access] You were assigned Reports Reader permanently"
    assert message["from"] == "pim@corp.example"
    assert Counter(message["headers"]) == Counter(
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "List-Id", "In-Reply-To", "References",
         "MIME-Version", "Content-Type"]
    )  # fmt: skip
    request = message["thread"].strip("<>").removesuffix("@corp.example")
    assert it.graph.get(f"{ASSIGNMENT.requests}/{request}")["principalId"]
    assert "assigned you Reports Reader permanently" in message["text"]
    assert "<html" in message["html"] and "http" not in message["html"]
    (other,) = [sent for sent in it.sink.taken() if sent["to"] != [somebody]]
    assert other["thread"] == message["thread"]


@pytest.mark.parametrize("kept", ([], ["--having-kept"]), ids=("before-it-was-kept", "before-it-was-answered"))
def test_a_mail_server_that_dies_loses_and_doubles_nothing(it, kept):
    it.open_sink("--dies-at", "7", *kept)
    it.serve(smtp_url=f"smtp+insecure://127.0.0.1:{it.sink.port}")
    people = [it.hire(number) for number in range(PEOPLE)]
    it.wait_until(it.sink.has_died)
    it.wait_until(lambda: any(entry["lastError"] for entry in it.outbox("queued")["value"]))
    it.open_sink(port=it.sink.port)
    it.wait_until(lambda: it.outbox()["queued"] == 0)
    taken = it.sink.taken()
    ids = Counter(message["id"] for message in taken)
    assert len(ids) == 2 * PEOPLE
    # What was kept and not acknowledged comes again, word for word: by its id a mailbox can tell.
    doubled = [key for key, count in ids.items() if count > 1]
    assert len(doubled) == len(kept)
    for key in doubled:
        one, two = [message for message in taken if message["id"] == key]
        assert one == two
    for person in people:
        assert len({message["id"] for message in taken if message["to"] == [person]}) == 1
    assert it.outbox()["failed"] == 0


def test_killed_in_the_middle_it_goes_on_where_it_was(it):
    it.open_sink()
    port = it.sink.port
    it.sink.stop()
    it.serve(smtp_url=f"smtp+insecure://127.0.0.1:{port}")
    people = [it.hire(number) for number in range(PEOPLE)]
    # Killed while nobody takes mail, then again while it is being taken.
    it.server.kill()
    it.open_sink(port=port)
    it.serve(smtp_url=f"smtp+insecure://127.0.0.1:{port}")
    it.wait_until(lambda: len(it.sink.taken()) >= 3)
    it.server.kill()
    it.serve(smtp_url=f"smtp+insecure://127.0.0.1:{port}")
    it.wait_until(lambda: it.outbox()["queued"] == 0)
    ids = Counter(message["id"] for message in it.sink.taken())
    assert len(ids) == 2 * PEOPLE
    # At most what was on its way when it was killed, under the same id.
    assert sum(ids.values()) <= 2 * PEOPLE + 1
    reached = {message["to"][0] for message in it.sink.taken()}
    assert reached >= set(people)


def test_what_a_mail_server_refuses_waits_for_an_operator(it):
    it.open_sink("--refuses", "person1@corp.example")
    it.serve(smtp_url=f"smtp+insecure://127.0.0.1:{it.sink.port}")
    refused = it.hire(1)
    it.wait_until(lambda: it.outbox()["failed"] == 1)
    (entry,) = it.outbox()["value"]
    assert (entry["recipient"], entry["status"], entry["attempts"]) == (refused, "failed", 1)
    assert "550" in entry["lastError"] and entry["message"]["event"] == "assigned"
    it.sink.stop()
    it.open_sink(port=it.sink.port)
    again = it.http.post(f"/ext/v1/notifications/outbox/{entry['messageId']}/retry", headers=it.bearer)
    assert (again.status_code, again.json()) == (200, {"retried": 1})
    it.wait_until(lambda: any(message["to"] == [refused] for message in it.sink.taken()))
    it.wait_until(lambda: it.outbox()["queued"] == 0)
    assert it.outbox()["failed"] == 0
    # There is nothing left to be tried again, and only operators may ask.
    again = it.http.post(f"/ext/v1/notifications/outbox/{entry['messageId']}/retry", headers=it.bearer)
    assert again.json() == {"retried": 0}
    unknown = it.http.post("/ext/v1/notifications/outbox/00000000-0000-4000-8000-000000000000/retry", headers=it.bearer)
    assert unknown.status_code == 404
    assert it.http.get("/ext/v1/notifications/outbox").status_code == 401
    assert it.http.get("/ext/v1/notifications/outbox?status=lost", headers=it.bearer).status_code == 400


def test_starttls_and_a_password(it, tmp_path):
    certificate, key = self_signed(tmp_path)
    it.open_sink("--tls", str(certificate), str(key))
    url = f"smtp://localhost:{it.sink.port}"
    it.serve(smtp_url=url, smtp_certificate_authorities=str(certificate), smtp_username="pim", smtp_password="wrong")
    it.hire(1)
    # A password that is refused can be mended: nothing is given up, and nothing says it.
    it.wait_until(lambda: any(entry["lastError"] for entry in it.outbox("queued")["value"]))
    assert it.outbox()["failed"] == 0 and "wrong" not in str(it.outbox("queued"))
    it.http.close()
    assert it.server.stop() == 0
    it.serve(
        smtp_url=url, smtp_certificate_authorities=str(certificate), smtp_username="pim", smtp_password="correct horse"
    )
    it.wait_until(lambda: len(it.sink.taken()) == 2)
    assert all(message["tls"] and message["user"] == "pim" for message in it.sink.taken())


def test_without_a_mail_server_nothing_waits_for_one(it):
    it.serve()
    it.hire(1)
    assert it.outbox("queued") == {"queued": 0, "failed": 0, "value": []}
