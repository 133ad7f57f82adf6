"""The token authority as clients find it: the device flow, refreshing, a managed identity, a cloud's description."""

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DeviceCodeCredential, ManagedIdentityCredential

from harness.demo import Demo
from harness.order import ASSIGNMENT, ELIGIBILITY, Order, lasting, permanent
from harness.server import Server
from harness.tokens import Holder, claims

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
STRANGER = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"
SCOPE = "https://graph.microsoft.com/.default offline_access openid profile"


class Authority:
    """The authority's endpoints over plain HTTP, and the demo's control over devices."""

    def __init__(self, demo: Demo, client: str = AZURE_CLI):
        self.demo = demo
        self.client = client

    def post(self, endpoint: str, **form):
        return self.demo.http.post(f"/{self.demo.tenant}/oauth2/v2.0/{endpoint}", data={"client_id": self.client, **form})

    def start(self, scope: str = SCOPE) -> dict:
        return granted(self.post("devicecode", scope=scope))

    def poll(self, device: dict, grant_type: str = DEVICE_CODE, **form):
        code = device["device_code"]
        # What Node's clients send differs in both.
        endpoint = "token" if grant_type == DEVICE_CODE else f"token?client-request-id={STRANGER}"
        return self.post(endpoint, grant_type=grant_type, device_code=code, code=code, client_info="1", **form)

    def refresh(self, token: str, **form):
        return self.post("token", grant_type="refresh_token", refresh_token=token, **form)

    def settle(self, device: dict, **decision):
        return self.demo.http.post("/ext/v1/demo/device", json={"userCode": device["user_code"], **decision})

    def approve(self, device: dict, user: str = "carol@demo.example", **more) -> None:
        assert granted(self.settle(device, user=user, **more))["status"] == "approved"

    def sign_in(self, scope: str = SCOPE, **how) -> dict:
        device = self.start(scope)
        self.approve(device, **how)
        return granted(self.poll(device))


def granted(answer) -> dict:
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def refused(answer, error: str, number: int, status: int = 400) -> None:
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), answer.text
    assert body["error_codes"] == [number] and body["error_description"].startswith(f"AADSTS{number}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= set(body)


@pytest.fixture
def authority(demo) -> Authority:
    return Authority(demo)


class TestTheDeviceFlow:
    def test_what_the_client_is_told(self, authority, demo):
        device = authority.start()
        assert set(device) == {"device_code", "user_code", "verification_uri", "expires_in", "interval", "message"}
        assert (device["expires_in"], device["interval"]) == (900, 5)
        assert device["verification_uri"].startswith(f"{demo.base}/")
        assert device["user_code"] in device["message"] and device["device_code"] not in device["message"]
        (waiting,) = [it for it in demo.http.get(device["verification_uri"]).json()["value"] if it["userCode"] == device["user_code"]]
        assert (waiting["clientId"], waiting["scope"].split()[0]) == (AZURE_CLI, SCOPE.split()[0])
        assert device["device_code"] not in str(waiting)

    @pytest.mark.parametrize("grant_type", [DEVICE_CODE, "device_code"])
    def test_pending_then_approved_then_used(self, grant_type, authority, demo):
        device = authority.start()
        refused(authority.poll(device, grant_type), "authorization_pending", 70016)
        refused(authority.poll(device, grant_type), "slow_down", 70016)
        demo.advance("PT5S")
        refused(authority.poll(device, grant_type), "authorization_pending", 70016)
        authority.approve(device, mfa=True, acrs=["c1"])
        body = granted(authority.poll(device, grant_type))
        assert (body["token_type"], body["expires_in"], body["ext_expires_in"]) == ("Bearer", 3600, 3600)
        token, carol = claims(body["access_token"]), demo.people["carol"]
        assert (token["oid"], token["upn"], token["idtyp"], token["appid"]) == (carol.id, carol.upn, "user", AZURE_CLI)
        assert token["acrs"] == ["c1"] and "mfa" in token["amr"]
        assert demo.graph(Holder(body["access_token"])).get("/me")["id"] == carol.id
        refused(authority.poll(device, grant_type), "invalid_grant", 54005)

    def test_who_signed_in(self, authority, demo):
        body = authority.sign_in()
        carol = demo.people["carol"]
        account, token = claims(body["id_token"]), claims(body["access_token"])
        assert (account["aud"], account["oid"], account["sub"]) == (AZURE_CLI, carol.id, token["sub"])
        assert (account["preferred_username"], account["name"], account["tid"]) == (carol.upn, carol.name, demo.tenant)
        assert account["iss"] == token["iss"] and account["exp"] - account["iat"] == 3600
        assert claims(f".{body['client_info']}.") == {"uid": carol.id, "utid": demo.tenant}
        # It says who somebody is, and opens nothing.
        demo.graph(Holder(body["id_token"])).refused("GET", "/me", status=401, code="InvalidAuthenticationToken")

    def test_only_what_was_asked_for(self, authority, demo):
        body = authority.sign_in("User.Read")
        assert not {"id_token", "refresh_token"} & set(body)
        assert body["scope"] == claims(body["access_token"])["scp"] == "User.Read"
        demo.graph(Holder(body["access_token"])).refused("GET", ASSIGNMENT.requests, status=403)
        everything = authority.sign_in()
        assert everything["scope"].startswith("https://graph.microsoft.com/.default openid profile ")
        assert "Access.Evaluate.All" not in claims(everything["access_token"])["scp"]

    def test_declined(self, authority):
        device = authority.start()
        assert granted(authority.settle(device, decline=True))["status"] == "declined"
        refused(authority.poll(device), "authorization_declined", 65004)
        assert authority.settle(device, user="carol@demo.example").status_code == 400

    def test_too_late(self, authority, demo):
        device, approved = authority.start(), authority.start()
        authority.approve(approved)
        demo.advance("PT15M")
        refused(authority.poll(device), "expired_token", 70019)
        refused(authority.poll(approved), "expired_token", 70019)
        assert authority.settle(device, user="carol@demo.example").status_code == 400
        assert demo.http.get("/ext/v1/demo/device").json() == {"value": []}

    def test_a_code_of_another_client(self, authority, demo):
        device = authority.start()
        authority.approve(device)
        refused(Authority(demo, demo.facts["app"]["appId"]).poll(device), "bad_verification_code", 70018)
        assert granted(authority.poll(device))["access_token"]

    def test_any_application_of_the_tenant(self, demo):
        body = Authority(demo, demo.facts["app"]["appId"]).sign_in()
        assert claims(body["access_token"])["appid"] == demo.facts["app"]["appId"]

    @pytest.mark.parametrize(
        ("form", "error", "number"),
        [
            ({"client_id": STRANGER}, "unauthorized_client", 700016),
            ({"client_id": "x"}, "unauthorized_client", 700016),
            ({"client_id": ""}, "invalid_request", 900144),
            ({"scope": ""}, "invalid_request", 900144),
            ({"scope": "openid https://elsewhere.example/.default"}, "invalid_scope", 70011),
            ({"scope": "Mail.Read"}, "invalid_scope", 70011),
        ],
        ids=str,
    )
    def test_refusals_at_the_start(self, form, error, number, authority):
        refused(authority.post("devicecode", **{"scope": SCOPE, **form}), error, number)

    def test_refusals_later(self, authority):
        refused(authority.poll({"device_code": "guess"}), "bad_verification_code", 70018)
        refused(authority.post("token", grant_type=DEVICE_CODE), "invalid_request", 900144)

    @pytest.mark.parametrize(
        "decision", [{}, {"user": "nobody@demo.example"}, {"user": "carol@demo.example", "decline": True}, {"mfa": 7}], ids=str
    )
    def test_nonsense_decides_nothing(self, decision, authority):
        device = authority.start()
        assert authority.settle(device, **decision).status_code == 400
        refused(authority.poll(device), "authorization_pending", 70016)


class TestRefreshing:
    def test_each_token_once(self, authority, demo):
        first = authority.sign_in(mfa=True)
        second = granted(authority.refresh(first["refresh_token"], client_info="1"))
        assert second["refresh_token"] != first["refresh_token"] and second["id_token"] and second["client_info"]
        assert claims(second["access_token"])["amr"] == claims(first["access_token"])["amr"]
        demo.advance("P1D")
        third = granted(authority.refresh(second["refresh_token"]))
        assert demo.graph(Holder(third["access_token"])).get("/me")
        # Whoever uses an old one may have stolen it: nothing of this sign-in is good any longer.
        refused(authority.refresh(first["refresh_token"]), "invalid_grant", 70000)
        refused(authority.refresh(third["refresh_token"]), "invalid_grant", 70000)

    def test_less_but_not_more(self, authority):
        first = authority.sign_in("User.Read User.Read.All offline_access")
        refused(authority.refresh(first["refresh_token"], scope="User.ReadWrite.All"), "invalid_scope", 70011)
        second = granted(authority.refresh(first["refresh_token"], scope="User.Read"))
        assert claims(second["access_token"])["scp"] == "User.Read"
        third = granted(authority.refresh(second["refresh_token"]))
        assert set(claims(third["access_token"])["scp"].split()) == {"User.Read", "User.Read.All"}

    def test_too_late(self, authority, demo):
        first = authority.sign_in()
        demo.advance("P90D")
        refused(authority.refresh(first["refresh_token"]), "invalid_grant", 700082)

    def test_by_another_client(self, authority, demo):
        first = authority.sign_in()
        thief = Authority(demo, demo.facts["app"]["appId"])
        refused(thief.refresh(first["refresh_token"]), "invalid_grant", 70000)
        assert granted(authority.refresh(first["refresh_token"]))

    def test_for_somebody_who_was_disabled(self, authority, person, demo):
        first = authority.sign_in(user=person.upn)
        device = authority.start()
        authority.approve(device, user=person.upn)
        demo.graph(demo.app()).patch(f"/users/{person.id}", {"accountEnabled": False})
        refused(authority.refresh(first["refresh_token"]), "invalid_grant", 50057)
        refused(authority.poll(device), "invalid_grant", 50057)


class TestTheManagedIdentity:
    def ask(self, demo, header: str | None, resource: str = "https://graph.microsoft.com"):
        headers = {} if header is None else {"X-IDENTITY-HEADER": header}
        return demo.http.get("/msi/token", params={"resource": resource, "api-version": "2019-08-01"}, headers=headers)

    @pytest.mark.parametrize("header", ["carol@demo.example", '{"user":"carol@demo.example","mfa":true,"acrs":["c1"]}'])
    def test_a_user(self, header, demo):
        body = granted(self.ask(demo, header))
        assert set(body) == {"access_token", "client_id", "expires_on", "resource", "token_type"}
        token = claims(body["access_token"])
        assert (token["oid"], token["idtyp"]) == (demo.people["carol"].id, "user")
        assert (int(body["expires_on"]), body["resource"]) == (token["exp"], "https://graph.microsoft.com")
        assert ("mfa" in token["amr"], token.get("acrs", [])) == (("mfa" in header), ["c1"] if "mfa" in header else [])

    def test_the_application(self, demo):
        token = claims(granted(self.ask(demo, "app", demo.base))["access_token"])
        assert (token["idtyp"], token["appid"]) == ("app", demo.facts["app"]["appId"])

    @pytest.mark.parametrize("header", [None, "", "nobody@demo.example", "{", '{"user":"carol@demo.example","app":true}'])
    def test_nobody(self, header, demo):
        answer = self.ask(demo, header)
        assert answer.status_code == 400 and answer.json()["statusCode"] == 400 and answer.json()["message"]

    def test_another_resource(self, demo):
        assert self.ask(demo, "app", "https://vault.azure.net").status_code == 400


class TestThroughAzureIdentity:
    """These hold times against their own clock."""

    @pytest.fixture(scope="class")
    def demo(self):
        it = Demo("--tls-listen", "127.0.0.1:0", clock="system")
        yield it
        assert it.stop() == 0

    @pytest.fixture
    def credential(self, demo):
        def made(settle) -> DeviceCodeCredential:
            return DeviceCodeCredential(
                tenant_id=demo.tenant,
                authority=demo.facts["tlsBaseUrl"],
                disable_instance_discovery=True,
                connection_verify=demo.facts["caFile"],
                prompt_callback=lambda _uri, user_code, _until: settle(user_code),
                timeout=60,
            )

        return made

    def test_a_device_code(self, credential, demo, role):
        prompts = []

        def approve(user_code: str) -> None:
            prompts.append(user_code)
            Authority(demo).approve({"user_code": user_code}, mfa=True)

        scope = f"{demo.facts['tlsBaseUrl']}/.default"
        asked = credential(approve)
        token = asked.get_token(scope).token
        demo.sdk("alice").post(Order(ELIGIBILITY, "adminAssign", demo.people["carol"].id, role, window=permanent()))
        carol = demo.sdk(Holder(token))
        made = carol.post(Order(ASSIGNMENT, "selfActivate", demo.people["carol"].id, role, window=lasting("PT1H")))
        assert made.status == "Provisioned"
        # The cache has it; past its end the refresh token brings the next one without asking.
        assert asked.get_token(scope).token == token and len(prompts) == 1
        renewed = asked.get_token(scope, claims='{"access_token":{"nbf":{"essential":true,"value":"1"}}}').token
        assert renewed != token and len(prompts) == 1
        assert claims(renewed)["oid"] == demo.people["carol"].id

    def test_a_declined_one(self, credential, demo):
        def decline(user_code: str) -> None:
            granted(Authority(demo).settle({"user_code": user_code}, decline=True))

        with pytest.raises(ClientAuthenticationError, match="declined"):
            credential(decline).get_token("https://graph.microsoft.com/.default")

    def test_a_managed_identity(self, demo, monkeypatch):
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{demo.base}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "erin@demo.example")
        token = ManagedIdentityCredential().get_token("https://graph.microsoft.com/.default").token
        assert demo.graph(Holder(token)).get("/me")["id"] == demo.people["erin"].id


class TestForAzuresTools:
    @pytest.mark.parametrize("path", ["/metadata/endpoints", "//metadata/endpoints"])
    def test_what_the_cloud_is_made_of(self, path, demo):
        body = granted(demo.http.get(f"{demo.base}{path}", params={"api-version": "2022-09-01"}))
        assert (body["name"], body["resourceManager"]) == ("Tenure", f"{demo.base}/")
        assert body["microsoftGraphResourceId"] == demo.base
        authentication = body["authentication"]
        assert (authentication["loginEndpoint"], authentication["audiences"]) == (demo.base, [demo.base])
        assert (authentication["tenant"], authentication["identityProvider"]) == ("common", "AAD")

    @pytest.mark.parametrize("path", ["/subscriptions", "/tenants"])
    def test_no_subscriptions(self, path, demo):
        url = f"{path}?api-version=2022-12-01"
        assert demo.http.get(url).status_code == 401
        answer = demo.http.get(url, headers={"Authorization": f"Bearer {demo.app().token}"})
        assert granted(answer) == {"value": []}


class TestServing:
    """`tenure serve` has nowhere to approve a device yet, and says so."""

    @pytest.fixture(scope="class")
    def server(self, tmp_path_factory):
        it = Server("serve", "--json", "--listen", "127.0.0.1:0", "--data-dir", str(tmp_path_factory.mktemp("served")))
        yield it
        assert it.stop() == 0

    @pytest.fixture
    def http(self, server):
        with httpx.Client(base_url=server.facts["baseUrl"]) as client:
            yield client

    def test_no_device_codes(self, http, server):
        oauth = f"/{server.facts['tenantId']}/oauth2/v2.0"
        form = {"client_id": AZURE_CLI, "scope": SCOPE}
        refused(http.post(f"{oauth}/devicecode", data=form), "unsupported_grant_type", 70003)
        form |= {"grant_type": DEVICE_CODE, "device_code": "x"}
        refused(http.post(f"{oauth}/token", data=form), "unsupported_grant_type", 70003)

    def test_the_discovery_document_names_what_answers(self, http, server):
        facts = http.get(f"/{server.facts['tenantId']}/v2.0/.well-known/openid-configuration").json()
        named = {name for name in facts if name.endswith(("_endpoint", "_uri"))}
        # Clients insist on the first, which will answer once there are pages.
        assert named == {"authorization_endpoint", "token_endpoint", "jwks_uri"}

    @pytest.mark.parametrize("path", ["/msi/token?resource=x", "/ext/v1/demo/device"])
    def test_nothing_of_the_demo(self, path, http):
        answer = http.get(path, headers={"X-IDENTITY-HEADER": "app"})
        assert answer.status_code == http.get("/nothing").status_code and "access_token" not in answer.text
