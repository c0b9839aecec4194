"""Refusals as the standard words them: a list of codes and descriptions under one of three statuses.

The status is 404 for what does not exist, 403 for the API key, and 400 for all else, an outage included. The
code in the body may be finer: it tells a client what the status of our other APIs would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.intake.open311.rendering import Content
from shared.web.problems import Problem

BAD, FORBIDDEN, NOT_FOUND = 400, 403, 404
_OWN_STATUSES: Final = frozenset({FORBIDDEN, NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of an error answer; the standard means the description to be read by the user."""

    code: int
    description: str


class Open311Error(Exception):
    """Ends a request with the standard's error answer."""

    def __init__(self, status: int, faults: Sequence[Fault], headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {[fault.code for fault in faults]}")
        self.status = status
        self.faults = tuple(faults)
        self.headers = headers or {}

    @property
    def content(self) -> Content:
        """What is rendered under ``errors``."""
        return [{"code": fault.code, "description": fault.description} for fault in self.faults]


def refused(status: int, tr: str, en: str) -> Open311Error:
    """Return an error with one description, in Turkish and English."""
    return Open311Error(status, [Fault(status, both(tr, en))])


def from_problem(problem: Problem) -> Open311Error:
    """Return one of our own problems in the standard's form: an entry for each field, or one for all."""
    fields = [Fault(problem.status, both(e.message_tr, e.message_en)) for e in problem.errors]
    tr, en = (f"{problem.title[lang]}. {problem.detail[lang]}".strip() for lang in ("tr", "en"))
    status = problem.status if problem.status in _OWN_STATUSES else BAD
    return Open311Error(status, fields or [Fault(problem.status, both(tr, en))], problem.headers)


def both(tr: str, en: str) -> str:
    """Return a sentence in both languages; the standard has no way to ask for one."""
    return f"{tr} / {en}"
