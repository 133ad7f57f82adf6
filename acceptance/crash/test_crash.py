"""I8: killed at any instant under load, the server loses no acknowledged change and leaves none half done.

The administrator's application assigns roles through several connections at once while the process is
killed, a hundred times, at seeded random instants. After each restart everything acknowledged so far is
there, with its schedule and audit rows, and nothing exists that lacks its other parts. No record of the audit log lacks
its leaf, no block of them its checkpoint."""

import json
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from harness.order import ASSIGNMENT, Order, permanent
from harness.server import Server, run

KILLS = int(os.environ.get("TENURE_CRASH_KILLS", "100"))
SEED = int(os.environ.get("TENURE_CRASH_SEED", "1"))
WRITERS = 4
LIFE_SECONDS_MAX = 0.4
CHECKED_AFTER_EACH_KILL = 40
WHOLE_CHECK_EVERY = 20
USERS = 100
PAGE = 999
AUDITS = "/auditLogs/directoryAudits"
ROLE_ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
# Asked for, and done.
AUDIT_ROWS = 2


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(tmp_path):
    folder = str(tmp_path / "data")
    made = run("setup", "--data-dir", folder, "--json")
    assert made.returncode == 0, made.stderr
    setup = json.loads(made.stdout)
    dice = random.Random(SEED)
    # Dictionaries keep their order, so the last ones are those that the kill came closest to.
    acknowledged: dict[str, tuple[str, str]] = {}
    world = None
    for number in range(KILLS):
        life = Life(folder, setup)
        world = world or World(life)
        for request_id in list(acknowledged)[-CHECKED_AFTER_EACH_KILL:]:
            life.check(request_id, *acknowledged[request_id])
        if number % WHOLE_CHECK_EVERY == 0:
            life.check_everything(acknowledged)
            check_the_tree(folder)
        life.write_until_killed(world, acknowledged, dice.uniform(0.01, LIFE_SECONDS_MAX))
    last = Life(folder, setup)
    last.check_everything(acknowledged)
    assert len(acknowledged) > KILLS, f"only {len(acknowledged)} writes in {KILLS} lives: the load was no load"
    print(f"{len(acknowledged)} changes acknowledged in {KILLS} lives, none lost")
    assert last.server.stop() == 0
    assert check_the_tree(folder) == {"signed": True}


def check_the_tree(folder: str) -> dict:
    """I5: every audit record has its leaf, and every block of them its hash and checkpoint."""
    verified = run("audit", "verify", "--data-dir", folder, "--json")
    report = json.loads(verified.stdout)
    assert (verified.returncode, report["findings"]) == (0, []), report
    return {"signed": report["confirmed"] == report["records"]}


class World:
    """Users and roles enough that no two orders are the same."""

    def __init__(self, life: "Life"):
        self.users = [life.new_user(number) for number in range(USERS)]
        self.roles = life.built_in_roles()
        self._next = 0
        self._lock = threading.Lock()

    def order(self) -> Order:
        with self._lock:
            number, self._next = self._next, self._next + 1
        principal = self.users[number % len(self.users)]
        # When every pair is taken, the rest are refused as existing, and are not counted.
        role = self.roles[number // len(self.users) % len(self.roles)]
        return Order(ASSIGNMENT, "adminAssign", principal, role, window=permanent())


class Life:
    """The server from one start to its death."""

    def __init__(self, folder: str, setup: dict):
        self.server = Server("serve", "--data-dir", folder, "--listen", "127.0.0.1:0", "--json")
        self.base = self.server.facts["baseUrl"]
        assert self.server.facts["tenantId"] == setup["tenantId"]
        form = {
            "grant_type": "client_credentials",
            "client_id": setup["app"]["appId"],
            "client_secret": setup["app"]["clientSecret"],
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = httpx.post(f"{self.base}/{setup['tenantId']}/oauth2/v2.0/token", data=form)
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        self.http = self.connect()

    def connect(self) -> httpx.Client:
        return httpx.Client(base_url=f"{self.base}/v1.0", headers=self.headers, timeout=30)

    def write_until_killed(self, world: World, acknowledged: dict, seconds: float) -> None:
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(self._write, world, acknowledged) for _ in range(WRITERS)]
            time.sleep(seconds)
            self.server.kill()
        for writer in writers:
            writer.result()
        self.http.close()

    def _write(self, world: World, acknowledged: dict) -> None:
        with self.connect() as http:
            while True:
                order = world.order()
                try:
                    answer = http.post(ASSIGNMENT.requests, json=order.json())
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    acknowledged[answer.json()["id"]] = (order.principal, order.role)
                else:
                    assert answer.json()["error"]["code"] == "RoleAssignmentExists", answer.text

    # What must be there.

    def check(self, request_id: str, principal: str, role: str) -> None:
        """An acknowledged request: itself, its schedule, its audit rows."""
        for path in (ASSIGNMENT.requests, ASSIGNMENT.schedules):
            answer = self.http.get(f"{path}/{request_id}")
            assert answer.status_code == 200, f"{path}/{request_id} is lost: {answer.text}"
            row = answer.json()
            assert (row["status"], row["principalId"], row["roleDefinitionId"]) == ("Provisioned", principal, role)
        rows = self.rows(AUDITS, f"targetResources/any(t:t/id eq '{request_id}')")
        assert len([it for it in rows if it["loggedByService"] == "PIM"]) == AUDIT_ROWS, f"audit rows of {request_id}: {rows}"

    def check_everything(self, acknowledged: dict) -> None:
        """Requests, schedules, instances, role assignments and audit rows are of one mind."""
        requests = {it["id"]: (it["principalId"], it["roleDefinitionId"]) for it in self.rows(ASSIGNMENT.requests)}
        schedules = {it["id"] for it in self.rows(ASSIGNMENT.schedules, "createdUsing ne null")}
        parents = {it["roleAssignmentScheduleId"] for it in self.rows(ASSIGNMENT.instances)}
        held = {(it["principalId"], it["roleDefinitionId"]) for it in self.rows(ROLE_ASSIGNMENTS)}
        audited = Counter(
            target["id"]
            for row in self.rows(AUDITS, "loggedByService eq 'PIM' and result eq 'success'")
            for target in row["targetResources"]
            if target["type"] == "Request"
        )
        assert acknowledged.items() <= requests.items(), "acknowledged and lost"
        assert requests.keys() == schedules, "a request without its schedule, or the other way round"
        assert schedules <= parents, "a schedule in force without its instance"
        assert set(requests.values()) <= held, "a request in force without access"
        assert audited == dict.fromkeys(requests, AUDIT_ROWS), "a change without its audit rows, or the other way round"

    # What the load needs.

    def rows(self, path: str, text: str | None = None) -> list[dict]:
        parameters = {"$top": str(PAGE), **({"$filter": text} if text else {})}
        page = self.http.get(path, params=parameters)
        assert page.status_code == 200, page.text
        rows = page.json()["value"]
        while link := page.json().get("@odata.nextLink"):
            page = self.http.get(link)
            assert page.status_code == 200, page.text
            rows += page.json()["value"]
        return rows

    def new_user(self, number: int) -> str:
        name = f"writer{number}"
        body = {
            "accountEnabled": True,
            "displayName": f"Writer {number}",
            "mailNickname": name,
            "userPrincipalName": f"{name}@{self.domain}",
            "passwordProfile": {"password": "Correct-Horse-9-Battery"},
        }
        answer = self.http.post("/users", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    @property
    def domain(self) -> str:
        (organization,) = self.http.get("/organization").json()["value"]
        return next(it["name"] for it in organization["verifiedDomains"] if it["isDefault"])

    def built_in_roles(self) -> list[str]:
        roles = self.rows("/roleManagement/directory/roleDefinitions")
        # Roles that can be given; not the one that would make every writer a Global Administrator.
        return [it["id"] for it in roles if "Administrator" in it["displayName"] and "Global" not in it["displayName"]]
