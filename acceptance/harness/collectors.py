"""Who takes the audit log: a receiver of syslog over TCP or TLS (RFC 5424, 5425, 6587), and a collector that is posted to.
Both can be away, slow, or of no use, and remember what they took."""

import json
import re
import socket
import ssl
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MESSAGE = re.compile(
    r'<(?P<priority>\d+)>1 (?P<time>\S+) (?P<host>\S+) tenure - AuditLogs '
    r'\[tenure@32473 sequence="(?P<sequence>\d+)" correlationId="(?P<correlation>[0-9a-f-]+)"\] (?P<body>\{.*\})'
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Syslog:
    """A receiver. `taken` has every message that it read whole, in the order in which it did, duplicates too."""

    def __init__(self, port: int, tls: tuple | None = None, *, seconds_per_read: float = 0, dies_after: int = 0):
        """`dies_after`: resets each connection after so many messages."""
        self.taken: list[re.Match] = []
        self.connections = 0
        self.seconds_per_read, self.dies_after = seconds_per_read, dies_after
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*tls)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                self._serve(connection)
            except OSError:
                connection.close()

    def _serve(self, connection: socket.socket) -> None:
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        unread, taken = b"", 0
        while piece := connection.recv(2048):
            time.sleep(self.seconds_per_read)
            unread += piece
            while (frame := self._frame(unread)) is not None:
                message, unread = frame
                match = MESSAGE.fullmatch(message.decode())
                assert match, message
                self.taken.append(match)
                taken += 1
                if self.dies_after and taken == self.dies_after:
                    # An end that confirms nothing.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                    return
        assert unread == b""
        if self.context:
            connection = connection.unwrap()
        connection.close()

    @staticmethod
    def _frame(unread: bytes) -> tuple[bytes, bytes] | None:
        length, blank, rest = unread.partition(b" ")
        if not blank or len(rest) < int(length):
            return None
        return rest[: int(length)], rest[int(length) :]

    @property
    def sequences(self) -> list[int]:
        return [int(match["sequence"]) for match in self.taken]

    @property
    def records(self) -> dict[int, dict]:
        return {int(match["sequence"]): json.loads(match["body"]) for match in self.taken}

    def stop(self) -> None:
        # Closing alone leaves a thread in accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=30)


class Collector:
    """A collector that is posted to. It gives these answers first, each a status and headers, then 200."""

    def __init__(self, port: int, *answers: tuple[int, dict], token: str, seconds: float = 0):
        self.posts: list[tuple[int, float, list[dict]]] = []
        remaining = list(answers)
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(seconds)
                assert list(body) == ["records"] and self.path == "/logs?stream=1"
                status, headers = (401, {}) if self.headers["Authorization"] != f"Bearer {token}" else (200, {})
                if status == 200 and remaining:
                    status, headers = remaining.pop(0)
                collector.posts.append((status, time.monotonic(), body["records"]))
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # It went away while we took our time.

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def records(self) -> list[dict]:
        """What it confirmed, in order."""
        return [record for status, _, records in self.posts if status == 200 for record in records]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
