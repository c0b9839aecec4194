"""A sign-in that holds for a while: how long, and as what it is kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.web.sign_in.staff import Staff

_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in at which provider, when, and when they were last at work."""

    staff: Staff
    issuer: str
    began: datetime
    seen: datetime

    def seen_at(self, now: datetime) -> "Session":
        """Return the session of somebody who is at work ``now``."""
        return replace(self, seen=now)

    def as_json(self) -> dict[str, Any]:
        """Return the content of the cookie."""
        return {
            "code": self.staff.code,
            "name": self.staff.name,
            "roles": sorted(self.staff.roles),
            "issuer": self.issuer,
            "began": int(self.began.timestamp()),
            "seen": int(self.seen.timestamp()),
        }


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session holds: at most, and without anybody at work."""

    absolute: timedelta
    idle: timedelta

    def holds(self, session: Session, now: datetime) -> bool:
        """Tell whether the session still holds."""
        return now < session.began + self.absolute and now < session.seen + self.idle

    def worth_noting(self, session: Session, now: datetime) -> bool:
        """Tell whether enough time has passed to note that the person is still at work."""
        return now - session.seen >= min(_NOTED_EVERY, self.idle / 4)


def session_from(content: Mapping[str, Any]) -> Session:
    """Return the session that `Session.as_json` made ``content`` of."""
    return Session(
        Staff(content["code"], content["name"], frozenset(content["roles"])),
        issuer=content["issuer"],
        began=datetime.fromtimestamp(content["began"], UTC),
        seen=datetime.fromtimestamp(content["seen"], UTC),
    )
