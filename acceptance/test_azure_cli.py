"""The Azure CLI, unmodified: `az rest` with a token of somebody's, and with one that it gets by signing in."""

import json
import os
import subprocess

import pytest

from harness.demo import Demo
from harness.order import DIRECTORY, ELIGIBILITY, Order, permanent
from harness.server import AZ

pytestmark = pytest.mark.azure_cli

AZ_SECONDS = 120


@pytest.fixture(scope="module")
def demo():
    """It holds the end of its token against its own clock."""
    it = Demo("--tls-listen", "127.0.0.1:0", clock="system")
    yield it
    assert it.stop() == 0


@pytest.fixture(scope="module")
def az(demo, tmp_path_factory):
    """Runs az with a configuration of its own, and answers what it prints."""
    settings = {
        "AZURE_CONFIG_DIR": str(tmp_path_factory.mktemp("az")),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "REQUESTS_CA_BUNDLE": demo.facts["caFile"],
    }

    def run(*arguments: str):
        done = subprocess.run(
            [AZ, *arguments, "--output", "json"],
            capture_output=True,
            text=True,
            timeout=AZ_SECONDS,
            check=False,
            env=os.environ | settings,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    return run


def test_a_ready_token(az, demo):
    header = f"Authorization=Bearer {demo.user('alice').token}"
    query = ["--url-parameters", "$filter=isBuiltIn eq true", "$select=id,displayName"]
    url = f"{demo.base}/v1.0{DIRECTORY}/roleDefinitions"
    page = az("rest", "--method", "get", "--url", url, *query, "--skip-authorization-header", "--headers", header)
    assert "Global Administrator" in [it["displayName"] for it in page["value"]]


def test_signing_in_as_a_service_principal(az, demo, role):
    base, app = demo.facts["tlsBaseUrl"], demo.facts["app"]
    # Everything else it reads at `/metadata/endpoints`.
    az("cloud", "register", "--name", "tenure", "--endpoint-resource-manager", f"{base}/")
    az("cloud", "set", "--name", "tenure")
    az("config", "set", "core.instance_discovery=false")
    login = ["--service-principal", "--username", app["appId"], "--password", app["clientSecret"], "--tenant", demo.tenant]
    az("login", *login, "--allow-no-subscriptions")
    body = Order(ELIGIBILITY, "adminAssign", demo.people["erin"].id, role, window=permanent()).json()
    url = f"{base}/v1.0{ELIGIBILITY.requests}"
    made = az("rest", "--method", "post", "--url", url, "--resource", base, "--body", json.dumps(body))
    assert made["status"] == "Provisioned"
