"""Which client did what in which test. The server's own log says who asked for which route and got an answer;
a run of the whole suite makes a table of it, `docs/clients.md`, or fails where that table has become untrue."""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

TABLE = Path(__file__).resolve().parents[2] / "docs" / "clients.md"
# Set, a whole run writes the table anew.
WRITE = "TENURE_WRITE_CLIENTS"
REPLAYED = " (replayed)"

# What a client calls itself, in which version of the API if there is one for each, and what it is called here. The
# order is the table's.
CLIENTS = (
    (re.compile(r"kiota-python"), "v1.0", "msgraph-sdk (Python)"),
    (re.compile(r"kiota-python"), "beta", "msgraph-beta-sdk (Python)"),
    (re.compile(r"^node$"), None, "@microsoft/microsoft-graph-client (Node)"),
    (re.compile(r"CLIMicrosoft365"), None, "CLI for Microsoft 365 (Node)"),
    (re.compile(r"AZURECLI", re.IGNORECASE), None, "azure-cli"),
)
# Clients whose tests are skipped where they are not installed.
OPTIONAL = ("msgraph-beta-sdk (Python)", "azure-cli")


@dataclass(frozen=True)
class Answered:
    """One line of the server's log."""

    client: str
    method: str
    version: str
    route: str
    status: int


def replayed(client: str) -> str:
    """The user agent of a client whose requests are sent as it sends them."""
    return f"{client}{REPLAYED}"


@dataclass
class Log:
    """What a server writes to standard error, into a file: what it wrote before an answer is there with the answer."""

    file: BinaryIO
    read_to: int = 0

    def answered(self) -> Iterator[Answered]:
        """What was answered since the last look; other lines go to whoever looks at the run."""
        self.file.seek(self.read_to)
        for line in self.file:
            if not line.endswith(b"\n"):
                break
            self.read_to += len(line)
            if found := answered_in(line):
                yield found
            else:
                sys.stderr.write(line.decode(errors="replace"))


def answered_in(line: bytes) -> Answered | None:
    try:
        fields = json.loads(line)["fields"]
    except (ValueError, KeyError, TypeError):
        return None
    if fields.get("message") != "answered":
        return None
    return Answered(*(fields[name] for name in ("client", "method", "version", "route", "status")))


@dataclass
class Proofs:
    """What was seen in a run."""

    logs: list[Log] = field(default_factory=list)
    # By client, route and method: in which versions, and the first test.
    rows: dict[tuple[str, str, str], tuple[set[str], str]] = field(default_factory=dict)

    def attribute(self, test: str) -> None:
        """What was answered since the last test belongs to this one."""
        for log in self.logs:
            for answered in log.answered():
                client = called(answered)
                if client and answered.status < 400:
                    key = (client, answered.route, answered.method)
                    versions, _ = self.rows.setdefault(key, (set(), test))
                    versions.add(answered.version)

    def check(self) -> str | None:
        """Why the table is not that of this run. A client that is optional and was not there keeps its rows."""
        lines = self.lines()
        there = {client for client, *_ in self.rows}
        old = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")][1:] if TABLE.exists() else []
        lines += [line for line in old if (client := line.split(" | ")[0][2:]) in OPTIONAL and client not in there]
        text = HEAD + "\n".join(sorted(lines, key=order)) + "\n"
        if WRITE in os.environ:
            TABLE.write_text(text)
            return None
        if TABLE.exists() and TABLE.read_text() == text:
            return None
        now, before = set(lines), set(old)
        changes = [f"- {line}" for line in sorted(before - now)] + [f"+ {line}" for line in sorted(now - before)]
        return "\n".join([f"{TABLE.name} is not what this run saw; {WRITE}=1 writes it anew", *changes])

    def lines(self) -> list[str]:
        return [
            f"| {client} | {method} | `{route}` | {', '.join(sorted(versions, reverse=True))} | {link(test)} |"
            for (client, route, method), (versions, test) in self.rows.items()
        ]


def called(answered: Answered) -> str | None:
    if answered.client.endswith(REPLAYED):
        return answered.client
    fits = (name for pattern, version, name in CLIENTS if pattern.search(answered.client) and version in (None, answered.version))
    return next(fits, None)


def order(line: str) -> tuple:
    """Clients that run come first, in their order; then those that are replayed, by name."""
    client, method, route = line[2:].split(" | ")[:3]
    names = [name for *_, name in CLIENTS]
    return (names.index(client) if client in names else len(names), client, route, method)


def link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.partition('[')[0].replace('::', ' ')}](../acceptance/{Path(path).name})"


HEAD = """# Clients

What each client was seen to do against Tenure, unmodified, and the first test that saw it. Made by a run of the whole
acceptance suite from the server's log: a row is there because the request was answered well in that run, and the run
fails where the table says something else. Clients marked "(replayed)" cannot be had where the suite runs; their requests
are sent as they send them, byte for byte where it matters. `docs/compatibility.md` has every route.

| client | method | route | versions | test |
|---|---|---|---|---|
"""

PROOFS = Proofs()
