"""The generated models of an SDK, whose two versions name most of them alike."""

import re
from importlib import import_module


class Models:
    """`models.ApprovalStep` is that class, out of a module of its own as the generator made it."""

    def __init__(self, package: str):
        self._package = f"{package}.generated.models"

    def __getattr__(self, name: str) -> type:
        module = re.sub(r"(?<=.)(?=[A-Z])", "_", name).lower()
        return getattr(import_module(f"{self._package}.{module}"), name)
