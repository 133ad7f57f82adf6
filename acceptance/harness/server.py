"""A Tenure process: started, waited for, stopped. Its first line on standard output is JSON."""

import json
import os
import signal
import subprocess
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from threading import Thread

from .proofs import PROOFS, Log

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("TENURE_BIN", ROOT / "target" / "debug" / "tenure"))
# The Azure CLI, which is optional.
AZ = Path(os.environ.get("TENURE_AZ", ROOT / "target/azure-cli/bin/az"))
START_SECONDS = 60
STOP_SECONDS = 20
LOGGING = {"TENURE_LOG": "warn,tenure=info,server=debug", "TENURE_LOG_FORMAT": "json"}


class Server:
    """A running process, and what it said about itself."""

    def __init__(self, *arguments: str):
        self.log = Log(TemporaryFile())
        PROOFS.logs.append(self.log)
        self.process = subprocess.Popen(
            [BINARY, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log.file,
            env=environment() | LOGGING,
        )
        lines: Queue[bytes] = Queue()
        Thread(target=self._read, args=(lines,), daemon=True).start()
        try:
            first = lines.get(timeout=START_SECONDS)
        except Empty:
            self.kill()
            raise AssertionError(f"`tenure {' '.join(arguments)}` said nothing in {START_SECONDS} s") from None
        self.later_lines = lines
        if not first:
            raise AssertionError(f"`tenure {' '.join(arguments)}` ended with {self.process.wait()} before it was ready")
        self.facts: dict = json.loads(first)

    def _read(self, lines: Queue) -> None:
        for line in self.process.stdout:
            lines.put(line)
        lines.put(b"")

    def stop(self) -> int:
        """Ends it as an operator would, and answers its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop within {STOP_SECONDS} s of SIGTERM") from None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait()


def run(*arguments: str) -> subprocess.CompletedProcess:
    """Runs a subcommand that ends by itself."""
    return subprocess.run(
        [BINARY, *arguments], capture_output=True, text=True, timeout=START_SECONDS, check=False, env=environment()
    )


def environment() -> dict[str, str]:
    """Ours, without what would configure the server: it takes every `TENURE_` variable for a setting."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TENURE_")}
