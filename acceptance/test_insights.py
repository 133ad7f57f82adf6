"""Where less privilege would do, by how roles were used: each finding with its numbers, and what is not one."""

import pytest

from harness.graph import parse_time
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.past import Past
from harness.policy import set_rule

PATH = "/insights/leastPrivilege"
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"


@pytest.fixture
def past(demo):
    return Past(demo)


def about(past, role: str, kind: str, **query) -> list[dict]:
    return [it for it in past.list(PATH, kind=kind, **query) if it["roleDefinition"]["id"] == role]


@pytest.fixture
def eligible(admin, person):
    def it(role: str, **more):
        return admin.post(Order(ELIGIBILITY, "adminAssign", person.id, role, window=permanent(), **more))

    return it


def activate(demo, person, role: str, duration: str = "PT1H"):
    return demo.sdk(person).post(Order(ASSIGNMENT, "selfActivate", person.id, role, window=lasting(duration)))


class TestStandingAccess:
    def test_privileged_active_and_for_good(self, demo, past, admin, person):
        order = Order(ASSIGNMENT, "adminAssign", person.id, SECURITY_READER, window=permanent())
        made = admin.post(order)
        demo.advance("P3D")
        (found,) = [it for it in about(past, SECURITY_READER, "standingAccess") if it["principal"]["id"] == person.id]
        assert found["reason"] == (
            "Security Reader is a privileged role and has been assigned for good, active all the time, for 3 days."
        )
        assert (found["suggestedAction"], found["evidence"]) == ("makeEligible", {"heldFor": "P3D"})
        assert (found["schedule"]["id"], found["directoryScopeId"]) == (made.id, "/")
        admin.post(order.but(action="adminUpdate", window=lasting("P30D")))
        assert person.id not in {it["principal"]["id"] for it in about(past, SECURITY_READER, "standingAccess")}

    def test_not_an_ordinary_role(self, past, admin, person, role):
        admin.post(Order(ASSIGNMENT, "adminAssign", person.id, role, window=permanent()))
        assert about(past, role, "standingAccess") == []


class TestUnusedEligibility:
    def test_after_thirty_and_ninety_days(self, demo, past, person, role, eligible):
        made = eligible(role)
        for days, expected in [(29, None), (1, "P30D"), (59, "P30D"), (1, "P90D")]:
            demo.advance(f"P{days}D")
            found = about(past, role, "unusedEligibility")
            assert [it["evidence"]["threshold"] for it in found] == ([expected] if expected else [])
        assert found[0]["reason"].endswith("was not used for 90 days.")
        assert (found[0]["suggestedAction"], found[0]["schedule"]["id"]) == ("removeEligibility", made.id)
        assert found[0]["evidence"] == {"lastActivationDateTime": None, "unusedFor": "P90D", "threshold": "P90D"}
        activate(demo, person, role)
        used = demo.now()
        assert about(past, role, "unusedEligibility") == []
        demo.advance("P30D")
        (found,) = about(past, role, "unusedEligibility")
        assert parse_time(found["evidence"]["lastActivationDateTime"]) == used

    def test_a_group_uses_its_eligibility_through_its_members(self, demo, past, admin, role):
        group = demo.assignable_group("carol")
        made = admin.post(Order(ELIGIBILITY, "adminAssign", group, role, window=permanent()))
        demo.advance("P31D")
        (found,) = about(past, role, "unusedEligibility")
        assert (found["principal"]["id"], found["principal"]["type"], found["schedule"]["id"]) == (group, "group", made.id)
        activate(demo, demo.people["carol"], role)
        assert about(past, role, "unusedEligibility") == []


class TestBroaderRole:
    def test_one_that_allows_all_of_another_and_more(self, demo, past, person, eligible):
        broad = demo.new_role(actions=("microsoft.directory/users/allProperties/allTasks",))
        narrow = demo.new_role(actions=("microsoft.directory/users/basic/update", "microsoft.directory/users/create"))
        eligible(broad)
        eligible(narrow)
        assert about(past, broad, "broaderRoleActivated") == []
        for _ in range(2):
            activate(demo, person, broad)
            demo.advance("PT2H")
        (found,) = about(past, broad, "broaderRoleActivated")
        assert (found["principal"]["id"], found["narrowerRoleDefinition"]["id"]) == (person.id, narrow)
        assert found["evidence"] == {"activations": 2, "actions": 1, "narrowerActions": 2, "period": "P90D"}
        assert found["suggestedAction"] == "activateNarrowerRole" and "2 times in 90 days" in found["reason"]
        # Whoever has tried the narrower one knows.
        activate(demo, person, narrow)
        assert about(past, broad, "broaderRoleActivated") == []

    def test_not_where_something_would_be_missing(self, demo, past, person, eligible):
        one = demo.new_role(actions=("microsoft.directory/users/create",))
        other = demo.new_role(actions=("microsoft.directory/groups/create",))
        for role in (one, other):
            eligible(role)
        activate(demo, person, one)
        assert about(past, one, "broaderRoleActivated") == []


class TestShorterDuration:
    def test_nearly_all_activations_are_much_shorter(self, demo, past, wire, person, role, eligible):
        set_rule(
            wire, role, "Expiration", "Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT8H"
        )  # fmt: skip
        eligible(role)
        for number in range(10):
            assert about(past, role, "shorterDuration") == []
            activate(demo, person, role, "PT8H")
            demo.advance("PT50M" if number else "PT1H20M")
            demo.sdk(person).post(Order(ASSIGNMENT, "selfDeactivate", person.id, role))
        (found,) = about(past, role, "shorterDuration")
        assert found["evidence"] == {
            "activations": 10, "deactivatedEarly": 10, "medianDuration": "PT50M", "percentile95Duration": "PT1H20M",
            "greatestDuration": "PT1H20M", "maximumDuration": "PT8H", "suggestedMaximumDuration": "PT1H30M", "period": "P90D",
        }  # fmt: skip
        assert found["suggestedAction"] == "shortenMaximumDuration" and found["reason"].startswith("Of 10 activations of ")


class TestTheList:
    @pytest.mark.parametrize("top", [1, 2, 5])
    def test_pages(self, top, demo, past, role, eligible):
        eligible(role)
        demo.advance("P31D")
        whole = past.list(PATH)
        assert {it["kind"] for it in whole} >= {"standingAccess", "unusedEligibility"}
        assert past.list(PATH, top=top) == whole

    def test_who_may(self, demo, past):
        Past(demo, "dave").get(PATH)
        Past(demo, demo.app("AuditLog.Read.All")).get(PATH)
        refusal = {"status": 403, "code": "Authentication_RequestFromUnsupportedUserRole"}
        Past(demo, "erin").refused(PATH, **refusal)
        past.refused(PATH, status=400, code="BadRequest", kind="gossip")
        past.refused(PATH, status=400, code="BadRequest", at="2026-03-02T08:00:00Z")
