"""Changes of role settings that must not happen: over what somebody else changed, and those after which
nobody could approve."""

from datetime import datetime

import pytest

from harness.order import ASSIGNMENT
from harness.policy import ASSIGNMENTS, POLICIES, policy_id, rule, set_rule

PRECONDITION_FAILED = {
    "status": 412,
    "code": "PreconditionFailed",
    "message": "The resource was changed since it was read. Read it again and repeat the change.",
}
EXPIRATION = "Expiration_EndUser_Assignment"


@pytest.fixture
def policy(wire, role) -> str:
    return f"{POLICIES}/{policy_id(wire, role)}"


class TestVersions:
    @staticmethod
    def tag(wire, path: str) -> str:
        return wire.send("GET", path).headers["etag"]

    def test_settings_have_a_tag_that_each_change_changes(self, wire, role, policy):
        paths = [policy, f"{policy}/rules/{EXPIRATION}", f"{policy}/effectiveRules/{EXPIRATION}"]
        (assignment,) = [it["id"] for it in wire.list(ASSIGNMENTS, filter=f"scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{role}'")]
        paths += [f"{ASSIGNMENTS}/{assignment}", f"{ASSIGNMENTS}/{assignment}/policy"]
        before = {self.tag(wire, path) for path in paths}
        assert len(before) == 1
        assert "@odata.etag" not in wire.get(policy)
        answer = wire.send("PATCH", paths[1], body=rule("Expiration", EXPIRATION, maximumDuration="PT2H"))
        assert answer.status_code == 204
        after = {self.tag(wire, path) for path in paths}
        assert after == {answer.headers["etag"]} and after != before

    @pytest.mark.parametrize("whole", (True, False), ids=("policy", "rule"))
    def test_only_who_has_seen_the_last_version_changes_it(self, wire, policy, whole):
        seen = self.tag(wire, policy)
        path = policy if whole else f"{policy}/rules/{EXPIRATION}"

        def body(duration: str) -> dict:
            changed = rule("Expiration", EXPIRATION, maximumDuration=duration)
            return {"rules": [changed]} if whole else changed

        changed = wire.send("PATCH", path, body=body("PT2H"), headers={"If-Match": seen})
        assert changed.status_code == (200 if whole else 204), changed.text
        assert changed.headers["etag"] == self.tag(wire, policy) != seen
        wire.refused("PATCH", path, body("PT3H"), headers={"If-Match": seen}, **PRECONDITION_FAILED)
        assert wire.get(f"{policy}/rules/{EXPIRATION}")["maximumDuration"] == "PT2H"
        for tags in (f'"x", {changed.headers["etag"]}', "*"):
            answer = wire.send("PATCH", path, body=body("PT4H"), headers={"If-Match": tags})
            assert answer.status_code < 300, answer.text
        assert wire.get(f"{policy}/rules/{EXPIRATION}")["maximumDuration"] == "PT4H"

    def test_whoever_sends_back_what_was_read_says_which_version_that_was(self, wire, policy, demo):
        set_at = lambda body: wire.send("PATCH", policy, body=body)  # noqa: E731
        read = wire.get(policy)
        assert set_at({**read, "rules": [rule("Expiration", EXPIRATION, maximumDuration="PT2H")]}).status_code == 200
        read = wire.get(policy)
        demo.advance("PT1S")
        assert set_at({"rules": [rule("Expiration", EXPIRATION, maximumDuration="PT3H")]}).status_code == 200
        for seen in ("2020-01-01T00:00:00Z", "yesterday"):
            wire.refused("PATCH", policy, {"lastModifiedDateTime": seen, "rules": []}, **PRECONDITION_FAILED)
        stale = {**read, "rules": [rule("Expiration", EXPIRATION, maximumDuration="PT4H")]}
        wire.refused("PATCH", policy, stale, **PRECONDITION_FAILED)
        assert wire.get(f"{policy}/rules/{EXPIRATION}")["maximumDuration"] == "PT3H"

    def test_a_client_whose_dates_end_at_the_millisecond_has_seen_the_last_version(self, wire, policy, demo):
        demo.advance("PT0.001234S")
        wire.patch(policy, {"rules": [rule("Expiration", EXPIRATION, maximumDuration="PT2H")]}, status=200)
        read = wire.get(policy)["lastModifiedDateTime"]
        cut = datetime.fromisoformat(read).isoformat(timespec="milliseconds")
        changed = {"lastModifiedDateTime": cut, "rules": [rule("Expiration", EXPIRATION, maximumDuration="PT3H")]}
        wire.patch(policy, changed, status=200)

    def test_a_policy_that_nobody_changed_was_not_read_at_some_time(self, wire, policy):
        body = {"lastModifiedDateTime": "yesterday", "rules": [rule("Expiration", EXPIRATION, maximumDuration="PT2H")]}
        wire.refused("PATCH", policy, body, **PRECONDITION_FAILED)
        assert wire.get(f"{policy}/rules/{EXPIRATION}")["maximumDuration"] == "PT8H"

    def test_whoever_has_the_last_version_gets_nothing_again(self, wire, policy):
        seen = self.tag(wire, policy)
        answer = wire.send("GET", policy, headers={"If-None-Match": seen})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", seen)
        assert wire.send("GET", policy, headers={"If-None-Match": '"other"'}).status_code == 200

    def test_types_without_tags_ignore_them(self, wire, demo):
        person = demo.new_person()
        answer = wire.send("PATCH", f"/users/{person.id}", body={"jobTitle": "x"}, headers={"If-Match": '"1"'})
        assert answer.status_code == 204
        assert "etag" not in wire.send("GET", ASSIGNMENT.requests).headers


class TestNobodyIsLockedOut:
    NAME = "Approval_EndUser_Assignment"

    def body(self, *approvers: dict) -> dict:
        setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": list(approvers)}]}
        return rule("Approval", self.NAME, setting=setting)

    def refused(self, wire, policy, body) -> None:
        before = wire.get(policy), wire.get(f"{policy}/rules/{self.NAME}")
        refusal = wire.refused("PATCH", f"{policy}/rules/{self.NAME}", body, status=400, code="InvalidPolicy")
        assert any(it.get("target") == "primaryApprovers" and "Nobody could approve" in it["message"] for it in refusal.details)
        assert (wire.get(policy), wire.get(f"{policy}/rules/{self.NAME}")) == before

    def test_approvers_have_to_be_there(self, wire, policy, demo):
        person = demo.new_person()
        directory = demo.graph(demo.app())
        approver = {"@odata.type": "#microsoft.graph.singleUser", "userId": person.id}
        directory.patch(f"/users/{person.id}", {"accountEnabled": False})
        self.refused(wire, policy, self.body(approver))
        directory.patch(f"/users/{person.id}", {"accountEnabled": True})
        wire.patch(f"{policy}/rules/{self.NAME}", self.body(approver))

    def test_a_group_has_to_have_somebody(self, wire, policy, demo):
        directory = demo.graph(demo.app())
        group = directory.post(
            "/groups", {"displayName": "Nobody", "mailEnabled": False, "mailNickname": "nobody", "securityEnabled": True}
        )["id"]
        approver = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": group}
        self.refused(wire, policy, self.body(approver))
        inner = directory.post(
            "/groups", {"displayName": "Inner", "mailEnabled": False, "mailNickname": "inner", "securityEnabled": True}
        )["id"]
        for container, member in ((inner, demo.new_person().id), (group, inner)):
            reference = {"@odata.id": f"{demo.base}/v1.0/directoryObjects/{member}"}
            directory.post(f"/groups/{container}/members/$ref", reference, status=204)
        wire.patch(f"{policy}/rules/{self.NAME}", self.body(approver))

    def test_what_became_so_by_itself_does_not_lock_the_other_rules(self, wire, role, policy, demo):
        person = demo.new_person()
        approver = {"@odata.type": "#microsoft.graph.singleUser", "userId": person.id}
        wire.patch(f"{policy}/rules/{self.NAME}", self.body(approver))
        demo.graph(demo.app()).delete(f"/users/{person.id}")
        set_rule(wire, role, "Expiration", EXPIRATION, maximumDuration="PT2H")
        # Nor what else the rule itself says, while the approvers stay.
        set_rule(wire, role, "Approval", self.NAME, setting={"isRequestorJustificationRequired": False})
        assert wire.get(f"{policy}/rules/{self.NAME}")["setting"]["isApprovalRequired"] is True

    def test_without_names_administrators_approve(self, wire, policy):
        wire.patch(f"{policy}/rules/{self.NAME}", self.body())
