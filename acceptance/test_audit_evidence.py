"""Evidence of the audit log: proofs over HTTP, and `tenure audit verify` in the hands of somebody who believes nothing."""

import base64
import hashlib
import json
import shutil
import sqlite3

import pytest

from harness.demo import Demo
from harness.server import run
from harness.tampering import cut_off

EVIDENCE = "/ext/v1/audit"
BLOCK = 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("evidence") / "data"


@pytest.fixture(scope="module")
def demo(folder):
    """A demo whose log has some blocks, and whose data can be looked at."""
    demo = Demo("--data-dir", str(folder))
    admin = demo.graph("alice")
    for number in range(2 * BLOCK):
        name = f"evidence-{number}"
        group = {"displayName": name, "mailNickname": name, "mailEnabled": False, "securityEnabled": True}
        admin.post("/groups", group)
    yield demo
    assert demo.stop() == 0


@pytest.fixture(scope="module")
def key(folder, demo) -> str:
    """What verifies checkpoints, kept elsewhere."""
    printed = run("audit", "key", "--data-dir", str(folder))
    assert printed.returncode == 0, printed.stderr
    return printed.stdout.strip()


@pytest.fixture(scope="module")
def token_file(demo, tmp_path_factory):
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(demo.app().token)
    return str(file)


@pytest.fixture
def evidence(demo):
    """A route of its own, as somebody."""

    def get(path: str, caller=None):
        headers = {"Authorization": f"Bearer {(caller or demo.app()).token}"}
        return demo.http.get(f"{EVIDENCE}/{path}", headers=headers)

    return get


def verify(*arguments: str) -> tuple[int, dict]:
    done = run("audit", "verify", "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def leaf(record: str) -> bytes:
    return hashlib.sha256(b"\0" + record.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class TestProofs:
    def test_a_record_is_proven_by_whoever_can_hash(self, evidence):
        """RFC 6962's tree, done here once more, by hand."""
        sequence = 5
        proof = evidence(f"inclusion?sequence={sequence}&size={BLOCK}").json()
        assert json.loads(proof["record"])["sequence"] == sequence
        hash_, index = leaf(proof["record"]), sequence - 1
        for sibling in map(base64.b64decode, proof["hashes"]):
            hash_ = node(sibling, hash_) if index % 2 else node(hash_, sibling)
            index //= 2
        assert base64.b64encode(hash_).decode() == proof["rootHash"]
        checkpoints = evidence("checkpoints").json()["value"]
        note = next(it["note"] for it in checkpoints if it["size"] == BLOCK)
        origin, size, root, *_ = note.split("\n")
        assert (origin.split("/")[0], size, root) == ("demo.example", str(BLOCK), proof["rootHash"])

    def test_a_block_of_records_hashes_to_what_is_said(self, evidence):
        records = evidence("records").text.splitlines()
        hashes = [leaf(record) for record in records[:BLOCK]]
        assert evidence("leaves").json()["value"][:BLOCK] == [base64.b64encode(it).decode() for it in hashes]
        while len(hashes) > 1:
            hashes = [node(left, right) for left, right in zip(hashes[::2], hashes[1::2])]
        assert evidence("blocks").json()["value"][0] == base64.b64encode(hashes[0]).decode()

    def test_a_later_log_goes_on_from_an_earlier_one(self, evidence):
        proof = evidence(f"consistency?first={BLOCK}&second={2 * BLOCK}").json()
        # The later tree is the earlier one and one more block.
        first, (other,) = base64.b64decode(proof["firstRootHash"]), map(base64.b64decode, proof["hashes"])
        assert base64.b64encode(node(first, other)).decode() == proof["secondRootHash"]

    def test_the_newest_checkpoint_is_a_signed_note(self, evidence):
        answer = evidence("checkpoint")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "\n\n\u2014 demo.example/tenure/" in answer.text

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("inclusion?sequence=5&size=1000000", 400, "NoSuchTree"),
            ("inclusion?sequence=0", 400, "NoSuchTree"),
            ("inclusion?sequence=65&size=64", 400, "NoSuchTree"),
            ("consistency?first=0", 400, "NoSuchTree"),
            ("consistency?first=128&second=64", 400, "NoSuchTree"),
            ("consistency?first=1&second=1000000", 400, "NoSuchTree"),
            ("inclusion", 400, None),
            ("inclusion?sequence=five", 400, None),
            ("records?before=5", 400, None),
        ],
    )
    def test_what_is_not_there_is_refused(self, path, status, code, evidence):
        answer = evidence(path)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (status, "BadRequest"), answer.text
        assert [it["code"] for it in error.get("details", [])] == ([code] if code else [])

    @pytest.mark.parametrize("path", ["checkpoint", "checkpoints", "records", "leaves", "blocks", "inclusion?sequence=1"])
    def test_only_readers_of_the_log_have_it(self, path, demo, evidence):
        assert demo.http.get(f"{EVIDENCE}/{path}").status_code == 401
        without = evidence(path, demo.app("User.Read.All"))
        assert (without.status_code, without.json()["error"]["code"]) == (403, "Authentication_MSGraphPermissionMissing")
        nobody = evidence(path, demo.user("erin"))
        assert (nobody.status_code, nobody.json()["error"]["code"]) == (403, "Authentication_RequestFromUnsupportedUserRole")
        assert evidence(path, demo.user("dave")).status_code == 200, "an auditor"


class TestVerification:
    def test_a_running_server_and_its_data_are_confirmed(self, demo, folder, key, token_file):
        for source in (["--data-dir", str(folder)], ["--server", demo.base, "--token-file", token_file]):
            status, report = verify(*source, "--key", key)
            assert (status, report["findings"]) == (0, []), report
            assert report["records"] > report["confirmed"] >= 2 * BLOCK

    def test_an_export_is_confirmed_until_somebody_touches_it(self, demo, key, token_file, tmp_path):
        export = tmp_path / "export"
        made = run("audit", "export", "--server", demo.base, "--token-file", token_file, "--to", str(export))
        assert made.returncode == 0, made.stderr
        source = ["--export", str(export), "--key", key]
        assert verify(*source)[0] == 0
        records = (export / "records.jsonl").read_text().splitlines()
        cases = {
            "record 30 was altered": [it.replace("success", "failure") if n == 29 else it for n, it in enumerate(records)],
            "record 40 was removed": records[:39] + records[40:],
            "a record was inserted at 7": records[:50] + [records[6]] + records[50:],
        }
        for finding, altered in cases.items():
            (export / "records.jsonl").write_text("\n".join(altered) + "\n")
            status, report = verify(*source)
            assert (status, report["findings"]) == (1, [finding])

    def test_an_altered_copy_of_the_database_is_found_out(self, demo, folder, key, tmp_path):
        """Also one whose hashes were made to fit: only the signature cannot be."""
        copy = tmp_path / "copy.db"
        with sqlite3.connect(folder / "tenure.db") as live, sqlite3.connect(copy) as other:
            live.backup(other)
        source = ["--database", str(copy), "--key", key]
        assert verify(*source)[0] == 0
        with sqlite3.connect(copy) as database:
            (record,) = database.execute("SELECT record FROM audit_events WHERE seq = 20").fetchone()
            forged = record.replace('"success"', '"failure"')
            database.execute("UPDATE audit_events SET record = ? WHERE seq = 20", [forged])
        assert "record 20 was altered" in verify(*source)[1]["findings"]
        with sqlite3.connect(copy) as database:
            database.execute("UPDATE audit_events SET leaf = ? WHERE seq = 20", [leaf(forged)])
            database.execute("UPDATE audit_events SET result = 'failure' WHERE seq = 20")
        status, report = verify(*source)
        assert status == 1
        assert any("records 1 to 64" in it for it in report["findings"]), report

    def test_a_tail_that_was_cut_off_shows_by_a_checkpoint_kept_elsewhere(self, demo, folder, key, evidence, tmp_path):
        kept = tmp_path / "checkpoint"
        kept.write_text(evidence("checkpoint").text)
        copy = tmp_path / "copy.db"
        with sqlite3.connect(folder / "tenure.db") as live, sqlite3.connect(copy) as other:
            live.backup(other)
        with sqlite3.connect(copy) as database:
            cut_off(database, BLOCK)
            database.execute("DELETE FROM audit_nodes WHERE position > 0")
            database.execute("DELETE FROM audit_checkpoints WHERE size > ?", (BLOCK,))
        source = ["--database", str(copy), "--key", key]
        assert verify(*source)[0] == 0, "nothing in the file tells"
        status, report = verify(*source, "--checkpoints", str(kept))
        assert status == 1
        assert report["findings"][0].startswith("the tail was cut off: there are 64 records"), report

    def test_another_key_confirms_nothing(self, folder, demo, tmp_path):
        """The key of another tenant, and none at all."""
        other = Demo("--data-dir", str(tmp_path / "other"))
        foreign = run("audit", "key", "--data-dir", str(tmp_path / "other")).stdout.strip()
        assert other.stop() == 0
        status, report = verify("--data-dir", str(folder), "--key", foreign)
        assert (status, report["confirmed"]) == (1, 0)
        without = run("audit", "verify", "--database", str(folder / "tenure.db"))
        assert without.returncode == 1
        assert "whose checkpoints are believed" in without.stderr

    def test_a_lost_key_is_missed(self, tmp_path):
        folder = tmp_path / "data"
        first = Demo("--data-dir", str(folder))
        assert first.stop() == 0
        shutil.move(folder / "audit.key", tmp_path / "elsewhere")
        started = run("demo", "--json", "--no-open", "--listen", "127.0.0.1:0", "--data-dir", str(folder))
        assert started.returncode == 1
        assert "put the file back" in started.stderr
