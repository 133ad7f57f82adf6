"""The unmodified Microsoft Graph SDKs, of v1.0 and of beta, pointed at the demo. They are asynchronous; the
tests are not."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import Any

from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.serialization import AdditionalDataHolder
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider

from .graph import HasToken, Refusal
from .models import Models
from .order import Order, Side

# Of one maker and one shape. The beta one is optional: requirements-beta.txt.
PACKAGES = {"v1.0": "msgraph", "beta": "msgraph_beta"}

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
        self.version = version
        package = import_module(PACKAGES[version])
        self.models = Models(package.__name__)
        self.failure = import_module(f"{package.__name__}.generated.models.o_data_errors.o_data_error").ODataError
        adapter = package.GraphRequestAdapter(provider)
        adapter.base_url = f"{base}/{version}"
        self.client = package.GraphServiceClient(request_adapter=adapter)

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
        made = self.run(self.collection(order.side, "requests").post(order.sdk(self.models)))
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
        coroutine = self.collection(call.side, "requests").post(call.sdk(self.models)) if isinstance(call, Order) else call
        try:
            answer = self.run(coroutine)
        except self.failure as error:
            refusal = Refusal(error.response_status_code, error.error.code, error.error.message, [])
        else:
            raise AssertionError(f"accepted: {answer}")
        assert (refusal.status, refusal.code) == (status, code), refusal
        assert message is None or refusal.message == message, refusal
        return refusal


def declared(model):
    """Every property that came, at any depth, is one that its type declares: the SDK puts the others aside."""
    for part in _parts(model):
        # An identity is an open type.
        if type(part).__name__ != "Identity":
            strangers = [name for name in (part.additional_data or {}) if "@odata." not in name]
            assert not strangers, f"{type(part).__name__} does not declare {strangers}"
    return model


def _parts(value) -> Iterator:
    """The models in this one, and itself."""
    if isinstance(value, list):
        for each in value:
            yield from _parts(each)
    elif isinstance(value, AdditionalDataHolder):
        yield value
        for field in fields(value):
            yield from _parts(getattr(value, field.name))


def configured(builder, **options) -> RequestConfiguration:
    """Query options for any builder: `filter`, `expand`, `select`, `orderby`, `top`, `count`."""
    kind = getattr(type(builder), f"{type(builder).__name__}GetQueryParameters")
    return RequestConfiguration(query_parameters=kind(**options))


async def _awaited(awaitable):
    return await awaitable
