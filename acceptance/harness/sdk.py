"""The unmodified Microsoft Graph SDK, pointed at the demo. It is asynchronous; the tests are not."""

import asyncio
import time
from typing import Any

from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

from .graph import HasToken, Refusal
from .order import Order, Side

# One loop for the whole run: the SDK's connections belong to the loop they were made on.
_LOOP = asyncio.Runner()


class _Credential:
    def __init__(self, caller: HasToken):
        self.caller = caller

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.caller.token, int(time.time()) + 3600)


class Sdk:
    """The SDK as one caller."""

    def __init__(self, base: str, caller: HasToken, version: str = "v1.0"):
        provider = AzureIdentityAuthenticationProvider(
            _Credential(caller), scopes=["https://graph.microsoft.com/.default"], allowed_hosts=[]
        )
        adapter = GraphRequestAdapter(provider)
        adapter.base_url = f"{base}/{version}"
        self.client = GraphServiceClient(request_adapter=adapter)

    @staticmethod
    def run(coroutine):
        """Waits for any call of the SDK."""
        return _LOOP.run(_awaited(coroutine))

    @property
    def directory(self):
        return self.client.role_management.directory

    # The six collections: `what` is requests, schedules or instances.

    def collection(self, side: Side, what: str):
        name = {"requests": "schedule_requests", "schedules": "schedules", "instances": "schedule_instances"}[what]
        return getattr(self.directory, f"role_{side.word}_{name}")

    def item(self, side: Side, what: str, key: str):
        name = {"requests": "schedule_request", "schedules": "schedule", "instances": "schedule_instance"}[what]
        return getattr(self.collection(side, what), f"by_unified_role_{side.word}_{name}_id")(key)

    def post(self, order: Order):
        made = self.run(self.collection(order.side, "requests").post(order.sdk()))
        return declared(made)

    def cancel(self, side: Side, key: str) -> None:
        self.run(self.item(side, "requests", key).cancel.post())

    def get(self, side: Side, what: str, key: str, **query):
        builder = self.item(side, what, key)
        return declared(self.run(builder.get(configured(builder, **query))))

    def list(self, side: Side, what: str, **query) -> list:
        builder = self.collection(side, what)
        return [declared(it) for it in self.run(builder.get(configured(builder, **query))).value]

    def own(self, side: Side, what: str, on: str = "principal", **query) -> list:
        builder = self.collection(side, what).filter_by_current_user_with_on(on)
        return [declared(it) for it in self.run(builder.get(configured(builder, **query))).value]

    def refused(self, call, *, status: int, code: str, message: str | None = None) -> Refusal:
        """The call must fail with exactly this error; `call` is an order, or a coroutine of the SDK."""
        coroutine = self.collection(call.side, "requests").post(call.sdk()) if isinstance(call, Order) else call
        try:
            answer = self.run(coroutine)
        except ODataError as error:
            refusal = Refusal(error.response_status_code, error.error.code, error.error.message, [])
        else:
            raise AssertionError(f"accepted: {answer}")
        assert (refusal.status, refusal.code) == (status, code), refusal
        assert message is None or refusal.message == message, refusal
        return refusal


def declared(model):
    """Every property that came is one that the type declares: the SDK puts the others aside."""
    strangers = [name for name in (model.additional_data or {}) if "@odata." not in name]
    assert not strangers, f"{type(model).__name__} does not declare {strangers}"
    return model


def configured(builder, **options) -> RequestConfiguration:
    """Query options for any builder: `filter`, `expand`, `select`, `orderby`, `top`, `count`."""
    kind = getattr(type(builder), f"{type(builder).__name__}GetQueryParameters")
    return RequestConfiguration(query_parameters=kind(**options))


async def _awaited(awaitable):
    return await awaitable
