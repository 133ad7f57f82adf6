"""A mail server in a process of its own, so that it can die as one does. Started as a program it takes mail
for everybody and appends a line of JSON for each message to a file.

    python mail_sink.py FILE [--port N] [--dies-at N] [--having-kept] [--refuses ADDRESS] [--tls CERT KEY]"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path


class Sink:
    """A running mail server, and what it has taken."""

    def __init__(self, file: Path, *options: str):
        self.file = file
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(file), *options], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        self.port = int(self.process.stdout.readline())

    def taken(self) -> list[dict]:
        """Each message, in the order in which it came."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def has_died(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Keeper:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.count = 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address == self.options.refuses:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        self.count += 1
        is_last = self.count == self.options.dies_at
        if is_last and not self.options.having_kept:
            os._exit(1)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        kept = {
            "id": message["Message-ID"],
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "headers": message.keys(),
            "subject": message["Subject"],
            "thread": message["References"],
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }
        with open(self.options.file, "a") as file:
            file.write(json.dumps(kept) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if is_last:
            os._exit(1)
        return "250 taken"


async def serve(options: argparse.Namespace) -> None:
    from aiosmtpd.smtp import SMTP, AuthResult

    more = {}
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)

        def known(_server, _session, _envelope, _mechanism, data):
            return AuthResult(success=(data.login, data.password) == (b"pim", b"correct horse"), auth_data=data)

        more = {"tls_context": context, "require_starttls": True, "authenticator": known, "auth_required": True}
    keeper = Keeper(options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper, loop=loop, **more), "127.0.0.1", options.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("file")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--dies-at", type=int)
    arguments.add_argument("--having-kept", action="store_true")
    arguments.add_argument("--refuses")
    arguments.add_argument("--tls", nargs=2)
    asyncio.run(serve(arguments.parse_args()))
