"""Tokens and permissions: what opens which door, over http and https, and what does not."""

import base64
import json

import httpx
import pytest
from azure.identity import ClientSecretCredential

from harness.demo import Demo
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, permanent

EMPTY = "Access token is empty."


@pytest.fixture(scope="module")
def demo():
    """A demo that also listens with TLS."""
    it = Demo("--tls-listen", "127.0.0.1:0")
    yield it
    assert it.stop() == 0


def test_client_credentials_through_azure_identity(demo, role):
    facts = demo.facts
    credential = ClientSecretCredential(
        demo.tenant,
        facts["app"]["appId"],
        facts["app"]["clientSecret"],
        authority=facts["tlsBaseUrl"],
        disable_instance_discovery=True,
        connection_verify=facts["caFile"],
    )
    token = credential.get_token(f"{facts['tlsBaseUrl']}/.default").token

    class Caller:
        pass

    caller = Caller()
    caller.token = token
    made = demo.sdk(caller).post(Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    assert made.status == "Provisioned"


def test_the_same_routes_over_https(demo):
    token = demo.user("alice").token
    with httpx.Client(verify=demo.facts["caFile"], base_url=demo.facts["tlsBaseUrl"]) as http:
        answer = http.get("/v1.0/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert answer.json()["@odata.context"].startswith(demo.facts["tlsBaseUrl"])


class TestTheTokenEndpoint:
    @pytest.fixture
    def form(self, demo) -> dict:
        app = demo.facts["app"]
        return {
            "grant_type": "client_credentials",
            "client_id": app["appId"],
            "client_secret": app["clientSecret"],
            "scope": "https://graph.microsoft.com/.default",
            "client_info": "1",
        }

    @pytest.mark.parametrize("tenant", ["{tenant}", "organizations", "common"])
    def test_every_tenant_segment(self, tenant, form, demo):
        answer = demo.http.post(f"/{tenant.format(tenant=demo.tenant)}/oauth2/v2.0/token", data=form)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["token_type"] == "Bearer" and body["expires_in"] > 0
        assert answer.headers["cache-control"] == "no-store"
        claims = payload(body["access_token"])
        assert (claims["tid"], claims["idtyp"]) == (demo.tenant, "app")
        assert "scp" not in claims and "RoleManagement.ReadWrite.Directory" in claims["roles"]
        assert demo.http.get("/v1.0/users", headers={"Authorization": f"Bearer {body['access_token']}"}).status_code == 200

    def test_basic_authentication(self, form, demo):
        auth = (form.pop("client_id"), form.pop("client_secret"))
        assert demo.http.post(f"/{demo.tenant}/oauth2/v2.0/token", data=form, auth=auth).status_code == 200

    @pytest.mark.parametrize(
        ("change", "status", "error"),
        [
            ({"client_secret": "wrong"}, 401, "invalid_client"),
            ({"client_id": "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}, None, None),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"grant_type": ""}, 400, "invalid_request"),
            ({"client_secret": ""}, 401, "invalid_client"),
            ({"scope": "https://elsewhere.example/.default"}, 400, None),
        ],
        ids=str,
    )
    def test_refusals(self, change, status, error, form, demo):
        answer = demo.http.post(f"/{demo.tenant}/oauth2/v2.0/token", data={**form, **change})
        assert answer.status_code in ((status,) if status else (400, 401)), answer.text
        body = answer.json()
        assert error is None or body["error"] == error
        assert body["error_description"]
        assert form["client_secret"] not in answer.text

    def test_another_tenant(self, form, demo):
        answer = demo.http.post("/3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811/oauth2/v2.0/token", data=form)
        assert answer.status_code == 400


def test_discovery_and_keys(demo):
    facts = demo.http.get(f"/{demo.tenant}/v2.0/.well-known/openid-configuration").json()
    assert facts["issuer"].endswith(f"/{demo.tenant}/v2.0")
    assert {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(facts)
    keys = demo.http.get(facts["jwks_uri"].partition(demo.base)[2] or facts["jwks_uri"]).json()["keys"]
    token = demo.user("erin").token
    header = json.loads(decoded(token.split(".")[0]))
    assert header["alg"] == "ES256"
    (key,) = [it for it in keys if it["kid"] == header["kid"]]
    assert (key["kty"], key["crv"], key["use"]) == ("EC", "P-256", "sig")
    assert "d" not in key


def test_claims_of_a_person(demo):
    claims = payload(demo.user("carol", scopes=["User.Read"], acrs=["c1"]).token)
    assert (claims["oid"], claims["tid"], claims["scp"]) == (demo.people["carol"].id, demo.tenant, "User.Read")
    assert claims["acrs"] == ["c1"] and "mfa" in claims["amr"]
    assert "mfa" not in payload(demo.user("carol", mfa=False).token).get("amr", [])


class TestRefusedTokens:
    @pytest.fixture
    def token(self, demo) -> str:
        return demo.user("alice").token

    def refuse(self, demo, authorization: str | None, message: str | None = None) -> None:
        headers = {"Authorization": authorization.encode("latin-1")} if authorization is not None else {}
        answer = demo.http.get(f"/v1.0{ASSIGNMENT.instances}", headers=headers)
        assert answer.status_code == 401, answer.text
        challenge = answer.headers["www-authenticate"]
        assert challenge.startswith('Bearer realm="", authorization_uri="')
        assert f"/{demo.tenant}/oauth2/v2.0/authorize" in challenge
        error = answer.json()["error"]
        assert error["code"] == "InvalidAuthenticationToken"
        assert message is None or error["message"] == message

    def test_none(self, demo):
        self.refuse(demo, None, EMPTY)
        self.refuse(demo, "", EMPTY)
        self.refuse(demo, "Bearer", EMPTY)

    @pytest.mark.parametrize("text", ["Bearer x", "Bearer a.b.c", "Bearer ....", "Basic YTpi", "Bearer \xff"])
    def test_malformed(self, text, demo):
        self.refuse(demo, text)

    def test_another_signature(self, token, demo):
        head, body, signature = token.split(".")
        flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
        self.refuse(demo, f"Bearer {head}.{body}.{flipped}", "Signature is invalid.")

    def test_another_body(self, token, demo):
        head, body, signature = token.split(".")
        claims = {**payload(token), "oid": demo.people["erin"].id}
        forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        self.refuse(demo, f"Bearer {head}.{forged}.{signature}", "Signature is invalid.")

    def test_no_signature(self, token, demo):
        head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
        self.refuse(demo, f"Bearer {head}.{token.split('.')[1]}.")

    def test_symmetric_signature(self, token, demo):
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
        self.refuse(demo, f"Bearer {head}.{token.split('.')[1]}.{token.split('.')[2]}")

    def test_expired(self, demo):
        token = demo.user("alice", lifetimeSeconds=600).token
        headers = {"Authorization": f"Bearer {token}"}
        assert demo.http.get("/v1.0/me", headers=headers).status_code == 200
        # Ten minutes, and the clock skew that is forgiven.
        demo.advance("PT16M")
        self.refuse(demo, f"Bearer {token}", "Lifetime validation failed, the token is expired.")

    def test_any_case_of_the_scheme(self, token, demo):
        for scheme in ("bearer", "BEARER"):
            assert demo.http.get("/v1.0/me", headers={"Authorization": f"{scheme} {token}"}).status_code == 200


class TestPermissions:
    """Scopes and application permissions per method (schedules dossier 4.3)."""

    READ = ["{side}Schedule.Read.Directory", "RoleManagement.Read.Directory", "RoleManagement.Read.All"]
    WRITE = ["{side}Schedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"]

    @staticmethod
    def callers(demo, permission):
        yield demo.graph("alice", scopes=[permission])
        yield demo.graph(demo.app(permission))

    @staticmethod
    def missing(graph, method, path, body=None) -> list[str]:
        refusal = graph.refused(method, path, body, status=403, code="UnknownError")
        text = json.loads(refusal.message)
        assert text["errorCode"] == "PermissionScopeNotGranted" and text["instanceAnnotations"] == []
        prefix = "Authorization failed due to missing permission scope "
        assert text["message"].startswith(prefix) and text["message"].endswith(".")
        return text["message"].removeprefix(prefix).removesuffix(".").split(",")

    def test_schedules_and_instances_are_read_with_either(self, side, demo):
        for pattern in self.READ + self.WRITE:
            permission = pattern.format(side=f"Role{side.title}")
            for graph in self.callers(demo, permission):
                for path in (side.schedules, side.instances):
                    assert "value" in graph.get(path), permission

    def test_requests_are_read_with_write(self, side, demo):
        for pattern in self.WRITE:
            for graph in self.callers(demo, pattern.format(side=f"Role{side.title}")):
                assert "value" in graph.get(side.requests)
        for pattern in self.READ:
            for graph in self.callers(demo, pattern.format(side=f"Role{side.title}")):
                named = self.missing(graph, "GET", side.requests)
                assert f"Role{side.title}Schedule.ReadWrite.Directory" in named
                assert "RoleManagement.ReadWrite.Directory" in named

    def test_requests_are_posted_with_write(self, side, demo):
        for pattern in self.WRITE:
            for graph in self.callers(demo, pattern.format(side=f"Role{side.title}")):
                order = Order(side, "adminAssign", demo.people["erin"].id, demo.new_role(), window=permanent())
                assert graph.post(side.requests, order.json())["status"] == "Provisioned"
        for pattern in [*self.READ, "User.Read", "Directory.ReadWrite.All"]:
            for graph in self.callers(demo, pattern.format(side=f"Role{side.title}")):
                order = Order(side, "adminAssign", demo.people["erin"].id, demo.new_role(), window=permanent())
                self.missing(graph, "POST", side.requests, order.json())

    def test_the_other_sides_permission_does_not_help(self, side, demo):
        other = ELIGIBILITY if side == ASSIGNMENT else ASSIGNMENT
        for graph in self.callers(demo, f"Role{other.title}Schedule.ReadWrite.Directory"):
            for path in (side.requests, side.schedules, side.instances):
                self.missing(graph, "GET", path)

    def test_a_permission_to_remove_only_removes(self, side, role, admin, demo):
        order = Order(side, "adminAssign", demo.people["erin"].id, role, window=permanent())
        admin.post(order)
        demo.advance("PT5M")
        graph = demo.graph("alice", scopes=[f"Role{side.title}Schedule.Remove.Directory"])
        graph.refused("POST", side.requests, order.but(action="adminUpdate").json(), status=403)
        assert graph.post(side.requests, order.but(action="adminRemove", window=None).json())["status"] == "Revoked"

    def test_neither_scopes_nor_roles(self, demo):
        demo.graph("alice", scopes=[]).refused("GET", "/me", status=403, code="Authorization_RequestDenied")

    def test_any_case(self, demo):
        assert "value" in demo.graph("alice", scopes=["rolemanagement.read.all"]).get(ASSIGNMENT.instances)


def payload(token: str) -> dict:
    return json.loads(decoded(token.split(".")[1]))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
