"""`tenure demo` as its contract describes it: the people, the tokens, the clock, the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from .graph import Graph, parse_time
from .sdk import Sdk
from .server import Server


@dataclass(frozen=True)
class Person:
    id: str
    upn: str
    name: str


class Caller:
    """Somebody with a token. A token made before the clock moved may have expired, so each moment has its own."""

    def __init__(self, demo: "Demo", wish: dict):
        self.demo = demo
        self.wish = wish
        self._token: str | None = None
        self._moment = -1

    @property
    def token(self) -> str:
        if self._token is None or self._moment != self.demo.moment:
            answer = self.demo.http.post("/ext/v1/demo/token", json=self.wish)
            assert answer.status_code == 200, answer.text
            self._token, self._moment = answer.json()["access_token"], self.demo.moment
        return self._token


class Demo:
    """A demo of its own, with a clock that stands still until it is moved, unless another is asked for."""

    START = datetime.fromisoformat("2026-03-02T08:00:00+00:00")

    def __init__(self, *extra: str, clock: str = "manual"):
        """`clock="system"` for clients that hold the times in tokens against their own clock."""
        self.server = Server("demo", "--json", "--no-open", "--listen", "127.0.0.1:0", "--clock", clock, "--seed", "1", *extra)
        self.facts = self.server.facts
        self.base = self.facts["baseUrl"]
        self.tenant = self.facts["tenantId"]
        self.http = httpx.Client(base_url=self.base, timeout=30)
        self.people = {
            it["userPrincipalName"].partition("@")[0]: Person(it["id"], it["userPrincipalName"], it["displayName"])
            for it in self.facts["people"]
        }
        # Counts the moves of the clock.
        self.moment = 0
        self._persons = self._roles = 0

    def stop(self) -> int:
        self.http.close()
        return self.server.stop()

    # Who calls.

    def user(self, who: str | Person, *, mfa: bool = True, **wish) -> Caller:
        """Somebody of the demo by name, or a person that a test made."""
        person = self.people[who] if isinstance(who, str) else who
        return Caller(self, {"user": person.upn, "mfa": mfa, **wish})

    def app(self, *roles: str) -> Caller:
        return Caller(self, {"app": True, **({"roles": list(roles)} if roles else {})})

    # How they call.

    def graph(self, caller: Caller | Person | str, version: str = "v1.0", **wish) -> Graph:
        """Plain HTTP as this person or caller."""
        return Graph(self.http, self._caller(caller, wish), version)

    def sdk(self, caller: Caller | Person | str, version: str = "v1.0", **wish) -> Sdk:
        """The unmodified Graph SDK as this person or caller."""
        return Sdk(self.base, self._caller(caller, wish), version)

    def _caller(self, caller: Caller | Person | str, wish: dict) -> Caller:
        return self.user(caller, **wish) if isinstance(caller, Person | str) else caller

    # The clock.

    def now(self) -> datetime:
        answer = self.http.get("/ext/v1/demo/clock")
        assert answer.status_code == 200, answer.text
        return parse_time(answer.json()["now"])

    def advance(self, duration: str) -> datetime:
        """Moves the clock by an ISO 8601 duration; what has fallen due is done when this returns."""
        return self._move({"advance": duration})

    def advance_to(self, instant: datetime) -> datetime:
        return self._move({"set": zulu(instant)})

    def _move(self, how: dict) -> datetime:
        answer = self.http.post("/ext/v1/demo/clock", json=how)
        assert answer.status_code == 200, answer.text
        self.moment += 1
        return parse_time(answer.json()["now"])

    def at(self, **delta) -> datetime:
        """An instant this far from now: `at(hours=2)`."""
        return self.now() + timedelta(**delta)

    # Places and groups.

    @property
    def unit(self) -> str:
        return self.facts["administrativeUnits"][0]["id"]

    @property
    def service_principal(self) -> str:
        return self.facts["servicePrincipals"][0]["id"]

    @property
    def object(self) -> str:
        """A service principal to be a scope, not a subject."""
        return self.facts["servicePrincipals"][1]["id"]

    def assignable_group(self, member: str | None = None) -> str:
        """A role-assignable group, with this person among its members if one is named."""
        return next(
            it["id"]
            for it in self.facts["groups"]
            if it["isAssignableToRole"] and (member is None or self.people[member].id in it["members"])
        )

    @property
    def ordinary_group(self) -> str:
        return next(it["id"] for it in self.facts["groups"] if not it["isAssignableToRole"])

    # Fresh ones, that no other test touches.

    def new_person(self) -> Person:
        self._persons += 1
        name = f"person{self._persons}"
        body = {
            "accountEnabled": True,
            "displayName": f"Acceptance person {self._persons}",
            "mailNickname": name,
            "userPrincipalName": f"{name}@demo.example",
            "passwordProfile": {"password": "Correct-Horse-9-Battery"},
        }
        made = self.graph(self.app()).post("/users", body)
        return Person(made["id"], made["userPrincipalName"], made["displayName"])

    def new_role(self, *, actions: tuple[str, ...] = ("microsoft.directory/users/basic/update",), name: str | None = None) -> str:
        """A custom role, as such a role can be held at every kind of scope."""
        self._roles += 1
        made = self.graph(self.app()).post(
            "/roleManagement/directory/roleDefinitions",
            {
                "displayName": name or f"Acceptance role {self._roles}",
                "isEnabled": True,
                "rolePermissions": [{"allowedResourceActions": list(actions)}],
            },
        )
        return made["id"]


def zulu(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
