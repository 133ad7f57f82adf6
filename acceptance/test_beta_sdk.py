"""The beta SDK on beta routes. Optional: it is large; `pip install -r acceptance/requirements-beta.txt` first."""

import time

import pytest

from harness.order import ASSIGNMENT, Order, permanent

beta = pytest.importorskip("msgraph_beta", reason="the beta SDK is not installed")
pytestmark = pytest.mark.beta


@pytest.fixture
def client(demo):
    from azure.core.credentials import AccessToken
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider

    caller = demo.user("alice")

    class Credential:
        def get_token(self, *_scopes, **_options):
            return AccessToken(caller.token, int(time.time()) + 3600)

    provider = AzureIdentityAuthenticationProvider(
        Credential(), scopes=["https://graph.microsoft.com/.default"], allowed_hosts=[]
    )
    adapter = beta.GraphRequestAdapter(provider)
    adapter.base_url = f"{demo.base}/beta"
    return beta.GraphServiceClient(request_adapter=adapter)


def test_schedules(client, role, admin, demo):
    made = admin.post(Order(ASSIGNMENT, "adminAssign", demo.people["erin"].id, role, window=permanent()))
    schedules = client.role_management.directory.role_assignment_schedules
    read = admin.run(schedules.by_unified_role_assignment_schedule_id(made.id).get())
    assert (read.id, read.created_using, read.assignment_type) == (made.id, made.id, "Assigned")
