"""Who holds what right now, for other systems: OpenID AuthZEN Access Evaluation 1.0."""

import httpx
import pytest

from conftest import scope_id
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent

ONE = "/access/v1/evaluation"
MANY = "/access/v1/evaluations"
PERMISSION = "Access.Evaluate.All"


@pytest.fixture
def ask(demo):
    """Asks as an application that may ask."""
    caller = demo.app(PERMISSION)

    def post(body: dict, path: str = ONE, status: int = 200) -> dict:
        answer = demo.http.post(path, json=body, headers={"Authorization": f"Bearer {caller.token}"})
        assert answer.status_code == status, answer.text
        return answer.json()

    return post


def question(subject: str, role: str, scope: str = "/", kind: str = "user") -> dict:
    return {
        "subject": {"type": kind, "id": subject},
        "action": {"name": "role", "properties": {"roleDefinitionId": role}},
        "resource": {"type": "directoryScope", "id": scope},
    }


def test_a_role_that_is_held(case, admin, ask, demo):
    if case.side == ELIGIBILITY:
        kind = "user"
        holder = demo.people["carol"].id if case.subject == "group" else case.principal
    else:
        kind = "servicePrincipal" if case.subject == "servicePrincipal" else "user"
        holder = demo.people["carol"].id if case.subject == "group" else case.principal
    principal = demo.assignable_group(member="carol") if case.subject == "group" else case.principal
    asked = question(holder, case.role, case.scope, kind)
    assert ask(asked)["decision"] is False
    made = admin.post(Order(case.side, "adminAssign", principal, case.role, case.scope, lasting("PT8H")))
    answer = ask(asked)
    if case.side == ELIGIBILITY:
        assert answer["decision"] is False, "who is only eligible does not hold it"
        return
    assert answer["decision"] is True
    assert made.id in str(answer["context"]) and "2026" in str(answer["context"])
    demo.advance("PT8H")
    gone = ask(asked)
    assert gone["decision"] is False and gone["context"]


def test_an_activation(role, admin, ask, demo):
    carol = demo.people["carol"]
    admin.post(Order(ELIGIBILITY, "adminAssign", carol.id, role, window=permanent()))
    asked = question(carol.upn, role)
    assert ask(asked)["decision"] is False
    demo.sdk("carol").post(Order(ASSIGNMENT, "selfActivate", carol.id, role, window=lasting("PT1H")))
    assert ask(asked)["decision"] is True
    demo.advance("PT59M59S")
    assert ask(asked)["decision"] is True
    demo.advance("PT1S")
    assert ask(asked)["decision"] is False


def test_a_deactivation_counts_at_once(role, admin, ask, demo):
    carol = demo.people["carol"].id
    admin.post(Order(ELIGIBILITY, "adminAssign", carol, role, window=permanent()))
    activation = Order(ASSIGNMENT, "selfActivate", carol, role, window=lasting("PT1H"))
    demo.sdk("carol").post(activation)
    demo.advance("PT5M")
    assert ask(question(carol, role))["decision"] is True
    demo.sdk("carol").post(activation.but(action="selfDeactivate", window=None))
    assert ask(question(carol, role))["decision"] is False


def test_the_whole_directory_covers_its_parts(role, admin, ask, demo):
    erin = demo.people["erin"].id
    admin.post(Order(ASSIGNMENT, "adminAssign", erin, role, window=permanent()))
    for kind in ("tenant", "administrativeUnit", "object"):
        assert ask(question(erin, role, scope_id(demo, kind)))["decision"] is True


def test_a_part_does_not_cover_the_whole(role, admin, ask, demo):
    erin = demo.people["erin"].id
    admin.post(Order(ASSIGNMENT, "adminAssign", erin, role, f"/administrativeUnits/{demo.unit}", permanent()))
    assert ask(question(erin, role))["decision"] is False


def test_a_resource_action(person, admin, ask, demo):
    role = demo.new_role(actions=("microsoft.directory/users/basic/update",))
    asked = question(person.id, role)

    def may(action: str) -> bool:
        return ask({**asked, "action": {"name": action}})["decision"]

    assert may("microsoft.directory/users/basic/update") is False
    admin.post(Order(ASSIGNMENT, "adminAssign", person.id, role, window=lasting("PT1H")))
    assert may("microsoft.directory/users/basic/update") is True
    assert may("microsoft.directory/groups/basic/update") is False
    demo.advance("PT1H")
    assert may("microsoft.directory/users/basic/update") is False


def test_several_at_once(role, admin, ask, demo):
    erin, carol = demo.people["erin"].id, demo.people["carol"].id
    admin.post(Order(ASSIGNMENT, "adminAssign", erin, role, window=permanent()))
    common = question(erin, role)
    answer = ask({**common, "evaluations": [{}, {"subject": {"type": "user", "id": carol}}]}, MANY)
    assert [it["decision"] for it in answer["evaluations"]] == [True, False]
    semantic = {"evaluations_semantic": "deny_on_first_deny"}
    evaluations = [{"subject": {"type": "user", "id": carol}}, {}]
    answer = ask({**common, "options": semantic, "evaluations": evaluations}, MANY)
    assert [it["decision"] for it in answer["evaluations"]] == [False]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": {"type": "user", "id": "nobody@demo.example"}},
        {"subject": {"type": "user", "id": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}},
        {"action": {"name": "role", "properties": {"roleDefinitionId": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}}},
        {"resource": {"type": "directoryScope", "id": "/administrativeUnits/3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}},
    ],
    ids=str,
)
def test_the_unknown_is_denied_with_a_reason(change, role, ask, demo):
    answer = ask({**question(demo.people["erin"].id, role), **change})
    assert answer["decision"] is False and answer["context"]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": None},
        {"subject": {"type": "user"}},
        {"subject": {"type": "robot", "id": "x"}},
        {"action": None},
        {"action": {"name": "role"}},
        {"resource": {"type": "moon", "id": "/"}},
        {"resource": 7},
    ],
    ids=str,
)
def test_nonsense_is_refused(change, role, ask, demo):
    body = {key: it for key, it in {**question(demo.people["erin"].id, role), **change}.items() if it is not None}
    ask(body, status=400)


def test_only_with_its_own_permission(role, demo):
    asked = question(demo.people["erin"].id, role)
    for caller, status in [
        (demo.app("RoleManagement.ReadWrite.Directory"), 403),
        (demo.user("alice"), 403),
        (None, 401),
    ]:
        headers = {"Authorization": f"Bearer {caller.token}"} if caller else {}
        assert demo.http.post(ONE, json=asked, headers=headers).status_code == status


def test_the_request_id_comes_back(role, demo):
    headers = {"Authorization": f"Bearer {demo.app(PERMISSION).token}", "X-Request-ID": "bfe9eb29"}
    answer = demo.http.post(ONE, json=question(demo.people["erin"].id, role), headers=headers)
    assert answer.headers["x-request-id"] == "bfe9eb29"


def test_the_configuration(demo):
    answer: httpx.Response = demo.http.get("/.well-known/authzen-configuration")
    facts = answer.json()
    assert answer.headers["content-type"].startswith("application/json")
    assert facts["policy_decision_point"].startswith("http")
    assert facts["access_evaluation_endpoint"].endswith(ONE)
    assert facts["access_evaluations_endpoint"].endswith(MANY)
