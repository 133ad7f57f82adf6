"""Fixtures: one demo per file of tests, and what every test needs of it. Tests of a file share the
demo and its clock, so each makes the role that it looks at, and the person where it looks at all that
somebody holds; any test passes alone and in any order."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.demo import Demo  # noqa: E402
from harness.order import ASSIGNMENT, ELIGIBILITY, SIDES, Order, Side, Window  # noqa: E402
from harness.proofs import PROOFS  # noqa: E402
from harness.server import AZ, BINARY  # noqa: E402


@pytest.fixture(scope="module")
def demo():
    it = Demo()
    yield it
    assert it.stop() == 0


@pytest.fixture
def role(demo):
    """A role that only this test uses."""
    return demo.new_role()


@pytest.fixture
def person(demo):
    """A person who holds nothing, and whom only this test uses."""
    return demo.new_person()


@pytest.fixture
def admin(demo):
    """The administrator, through the SDK."""
    return demo.sdk("alice")


@pytest.fixture
def wire(demo):
    """The administrator, over plain HTTP."""
    return demo.graph("alice")


@pytest.fixture(params=["v1.0", pytest.param("beta", marks=pytest.mark.beta)])
def version(request) -> str:
    """Of the API, for a test of the SDKs of both."""
    return request.param


@pytest.fixture(params=SIDES)
def side(request) -> Side:
    return request.param


# Who may hold what, where: the scenarios run for each of these.
SUBJECTS = {ASSIGNMENT: ("user", "group", "servicePrincipal"), ELIGIBILITY: ("user", "group")}
SCOPES = ("tenant", "administrativeUnit", "object")
KINDS = [(side, subject, scope) for side in SIDES for subject in SUBJECTS[side] for scope in SCOPES]


@dataclass(frozen=True)
class Case:
    """A side, a subject and a scope of this demo, with a fresh role."""

    side: Side
    subject: str
    principal: str
    role: str
    scope: str

    def order(self, action: str, window: Window | None = None, **more) -> Order:
        return Order(self.side, action, self.principal, self.role, self.scope, window, **more)


@pytest.fixture(params=KINDS)
def case(request, demo, role) -> Case:
    side, subject, scope = request.param
    principals = {
        "user": lambda: demo.people["erin"].id,
        "group": demo.assignable_group,
        "servicePrincipal": lambda: demo.service_principal,
    }
    return Case(side, subject, principals[subject](), role, scope_id(demo, scope))


@pytest.fixture(params=SCOPES)
def scope(request, demo) -> str:
    return scope_id(demo, request.param)


def scope_id(demo, kind: str) -> str:
    return {"tenant": "/", "administrativeUnit": f"/administrativeUnits/{demo.unit}", "object": f"/{demo.object}"}[kind]


def pytest_make_parametrize_id(val):
    """Readable names: `eligibility-group-tenant`."""
    if isinstance(val, Side):
        return val.word
    if isinstance(val, tuple) and val and isinstance(val[0], Side):
        return "-".join((val[0].word, *val[1:]))
    return None


def pytest_runtest_setup(item):
    """The beta SDK and the Azure CLI are optional, as they are large."""
    if item.get_closest_marker("beta"):
        pytest.importorskip("msgraph_beta", reason="the beta SDK is not installed")
    if item.get_closest_marker("azure_cli") and not AZ.exists():
        pytest.skip("the Azure CLI is not installed")


def pytest_runtestloop(session):
    """Without a binary there is nothing to test, and one sentence says so."""
    if not session.config.option.collectonly and not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} is not there; run `cargo build --package tenure` or set TENURE_BIN")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    PROOFS.attribute(item.nodeid)


def pytest_sessionfinish(session, exitstatus):
    """A run of everything in which nothing failed says what clients do."""
    chosen = session.config.option
    is_whole = not (chosen.keyword or chosen.markexpr or chosen.deselect or chosen.ignore)
    here = Path(__file__).parent
    is_whole &= all(Path(it).resolve() == here for it in session.config.args)
    if exitstatus == pytest.ExitCode.OK and is_whole and not chosen.collectonly and (untrue := PROOFS.check()):
        print(f"\n{untrue}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
