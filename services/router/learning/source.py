"""Reads of a running router what people corrected and what it decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.router.domain.corrections import Correction
from services.router.domain.past import DecisionMade, PastDecision

M = TypeVar("M", bound=BaseModel)
_TIMEOUT_S = 30


class SourceError(Exception):
    """The router cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A router by its address, and what proves there who asks."""

    url: str
    auth: httpx.Auth

    def corrections(self) -> list[Correction]:
        """Return all corrections, oldest first.

        Raises:
            SourceError: the router is away or says something else.
        """
        return list(self._lines("corrections", Correction, {}))

    def decisions(self, since: datetime) -> list[DecisionMade]:
        """Return what was decided since an instant, oldest first; raises as `corrections`."""
        return list(self._lines("decisions", DecisionMade, {"since": since.isoformat()}))

    def last_decisions(self, count: int) -> list[PastDecision]:
        """Return the latest decisions, newest first; raises as `corrections`."""
        return list(self._lines("decisions/last", PastDecision, {"count": str(count)}))

    def _lines(self, place: str, model: type[M], query: Mapping[str, str]) -> Iterator[M]:
        url = f"{self.url.rstrip('/')}/internal/v1/{place}"
        try:
            with httpx.stream("GET", url, auth=self.auth, params=query, timeout=_TIMEOUT_S) as answer:
                answer.raise_for_status()
                for line in answer.iter_lines():
                    yield model.model_validate_json(line)
        except httpx.HTTPError as error:
            raise SourceError(f"{url} cannot be read: {error}") from error
        except ValidationError as error:
            raise SourceError(f"{url} gives other lines than expected: another version?") from error
