"""The Node clients: where they are, the Graph client for JavaScript as a process, and the CLI for Microsoft 365."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .demo import Demo
from .graph import HasToken

FOLDER = Path(__file__).resolve().parents[1] / "node"
CLI = FOLDER / "node_modules/@pnp/cli-microsoft365/dist/index.js"
END_SECONDS = 10
# The CLI starts in two seconds on an idle machine.
M365_SECONDS = 120


def node_environment(**more: str) -> dict[str, str]:
    """Ours, without what would lead a client elsewhere."""
    assert CLI.exists(), "the Node clients are not installed: run `npm ci --prefix acceptance/node`"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NODE_", "AZURE_", "CLIMICROSOFT365_"))}
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        kept.pop(proxy, None)
    return kept | more


class GraphClient:
    """@microsoft/microsoft-graph-client as one caller, over https with the demo's CA."""

    def __init__(self, demo: Demo, caller: HasToken):
        self.process = subprocess.Popen(
            ["node", FOLDER / "graph_client.cjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=node_environment(
                NODE_EXTRA_CA_CERTS=demo.facts["caFile"], BASE_URL=demo.facts["tlsBaseUrl"], TOKEN=caller.token
            ),
        )

    def stop(self) -> int:
        self.process.stdin.close()
        try:
            return self.process.wait(timeout=END_SECONDS)
        finally:
            self.process.kill()
            self.process.stdout.close()

    def do(self, what: str, **step: Any) -> dict:
        self.process.stdin.write(json.dumps({"do": what, **step}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the client ended with {self.process.wait()}"
        return json.loads(line)

    # Expecting success. Options of the query have the client's own names: `filter`, `expand`, `top`, `version`.

    def request(self, method: str, path: str, **step: Any) -> Any:
        outcome = self.do("request", method=method, path=path, **step)
        assert "error" not in outcome, outcome
        return outcome["value"]

    def get(self, path: str, **query: Any) -> Any:
        return self.request("get", path, query=query)

    def post(self, path: str, body: Any) -> Any:
        return self.request("post", path, body=body)

    def patch(self, path: str, body: Any) -> Any:
        return self.request("patch", path, body=body)

    def pages(self, path: str, **query: Any) -> list[dict]:
        """All rows, as the client's iterator comes by them."""
        outcome = self.do("pages", path=path, query=query)
        assert "error" not in outcome, outcome
        assert outcome["value"]["isComplete"]
        return outcome["value"]["rows"]

    def batch(self, *requests: dict) -> dict[str, dict]:
        outcome = self.do("batch", requests=list(requests))
        assert "error" not in outcome, outcome
        return {it["id"]: it for it in outcome["value"]["responses"]}

    # Expecting a refusal.

    def refused(self, method: str, path: str, **step: Any) -> dict:
        return self.do("request", method=method, path=path, **step)["error"]


class M365:
    """The CLI for Microsoft 365, signed in once, with a home of its own."""

    def __init__(self, demo: Demo, home: Path, identity: dict):
        self.environment = node_environment(
            HOME=str(home),
            NODE_OPTIONS=f"--require={FOLDER / 'to_demo.cjs'}",
            DEMO_BASE_URL=demo.base,
            IDENTITY_ENDPOINT=f"{demo.base}/msi/token",
            IDENTITY_HEADER=json.dumps(identity),
            CLIMICROSOFT365_NOUPDATE="1",
        )
        settings = home / ".config/configstore/cli-m365-config.json"
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps({"disableTelemetry": True}))
        self("login", "--authType", "identity")

    def __call__(self, *arguments: str, **options: str | bool) -> Any:
        """What a command prints. `userId="…"` becomes `--userId …`, `noExpiration=True` is a switch."""
        done = self._run(arguments, options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, *arguments: str, **options: str | bool) -> str:
        """What it says of a refusal."""
        done = self._run(arguments, options)
        assert done.returncode != 0, done.stdout
        return done.stderr

    def _run(self, arguments: tuple[str, ...], options: dict[str, str | bool]) -> subprocess.CompletedProcess:
        line = ["node", str(CLI), *arguments]
        for name, value in options.items():
            line += [f"--{name}"] if value is True else [f"--{name}", value]
        return subprocess.run(
            line, capture_output=True, text=True, timeout=M365_SECONDS, check=False, stdin=subprocess.DEVNULL, env=self.environment
        )
