"""What is asked of PIM: the two sides, windows and orders, spelt for the SDK and as JSON."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .models import Models

DIRECTORY = "/roleManagement/directory"


@dataclass(frozen=True)
class Side:
    """Active assignments, or eligibility: one thing with a kind."""

    word: str

    @property
    def title(self) -> str:
        return self.word.capitalize()

    @property
    def model(self) -> str:
        return f"UnifiedRole{self.title}ScheduleRequest"

    @property
    def requests(self) -> str:
        return f"{DIRECTORY}/role{self.title}ScheduleRequests"

    @property
    def schedules(self) -> str:
        return f"{DIRECTORY}/role{self.title}Schedules"

    @property
    def instances(self) -> str:
        return f"{DIRECTORY}/role{self.title}ScheduleInstances"

    @property
    def parent(self) -> str:
        """The instance's property that names its schedule."""
        return f"role{self.title}ScheduleId"


ASSIGNMENT = Side("assignment")
ELIGIBILITY = Side("eligibility")
SIDES = (ASSIGNMENT, ELIGIBILITY)


@dataclass(frozen=True)
class Window:
    """From when until when."""

    type: str
    start: datetime | None = None
    end: datetime | None = None
    duration: str | None = None

    def json(self) -> dict:
        expiration = {"type": self.type}
        if self.end:
            expiration["endDateTime"] = self.end.isoformat()
        if self.duration:
            expiration["duration"] = self.duration
        return {**({"startDateTime": self.start.isoformat()} if self.start else {}), "expiration": expiration}

    def sdk(self, models: Models):
        # The SDK would spell a timedelta as `5:30:00`, which Graph refuses too; it passes a string through.
        expiration = models.ExpirationPattern(
            type=models.ExpirationPatternType(self.type), end_date_time=self.end, duration=self.duration
        )
        return models.RequestSchedule(start_date_time=self.start, expiration=expiration)


def permanent(start: datetime | None = None) -> Window:
    return Window("noExpiration", start)


def lasting(duration: str, start: datetime | None = None) -> Window:
    return Window("afterDuration", start, duration=duration)


def until(end: datetime, start: datetime | None = None) -> Window:
    return Window("afterDateTime", start, end=end)


@dataclass(frozen=True)
class Order:
    """A request to be posted."""

    side: Side
    action: str
    principal: str
    role: str
    scope: str = "/"
    window: Window | None = None
    justification: str | None = "Acceptance"
    ticket: tuple[str, str] | None = None
    target: str | None = None
    validation_only: bool | None = None

    def but(self, **changes) -> "Order":
        return replace(self, **changes)

    def json(self) -> dict[str, Any]:
        body = {
            "action": self.action,
            "principalId": self.principal,
            "roleDefinitionId": self.role,
            "directoryScopeId": self.scope,
            "justification": self.justification,
            "targetScheduleId": self.target,
            "isValidationOnly": self.validation_only,
            "scheduleInfo": self.window.json() if self.window else None,
            "ticketInfo": {"ticketNumber": self.ticket[0], "ticketSystem": self.ticket[1]} if self.ticket else None,
        }
        return {name: value for name, value in body.items() if value is not None}

    def sdk(self, models: Models):
        return getattr(models, self.side.model)(
            # Beta declares plain text; a member of this enumeration is that too.
            action=models.UnifiedRoleScheduleRequestActions(self.action),
            principal_id=self.principal,
            role_definition_id=self.role,
            directory_scope_id=self.scope,
            justification=self.justification,
            target_schedule_id=self.target,
            is_validation_only=self.validation_only,
            schedule_info=self.window.sdk(models) if self.window else None,
            ticket_info=models.TicketInfo(ticket_number=self.ticket[0], ticket_system=self.ticket[1]) if self.ticket else None,
        )
