"""What is to be said in a call, as the request stands now. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.intake.calls.records import Call, Reason
from services.intake.records import RequestRecord, TimelineEntry
from services.intake.tracking.story import OpenQuestion
from services.intake.tracking.walls import is_walled
from shared.contracts.decisions import Question
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    RequestConfirmed,
    RequestReopened,
    RequestWithdrawn,
)
from shared.contracts.requests import RequestReceived

_OVERTAKES_AN_ANSWER: Final = (AnswerGiven, RequestConfirmed, RequestReopened, RequestWithdrawn)
_EXCERPT: Final = 90


@dataclass(frozen=True, slots=True)
class Speech:
    """One call to be made.

    Attributes:
        call: which one.
        receipt_number: what the applicant holds.
        subject: title of the category; empty until it is known and behind a privacy wall.
        excerpt: how the applicant's text begins, masked; empty behind a privacy wall.
        words: what to read out; empty behind a privacy wall.
        words_en: the same in English, of a question to who is answered in English.
        english: the applicant is answered in English.
        walled: only one directorate may see the text.
        question: what a reply is a reply to, of a call with a question outside of walls.
    """

    call: Call
    receipt_number: str
    subject: str
    excerpt: str
    words: str
    words_en: str
    english: bool
    walled: bool
    question: OpenQuestion | None


def speech_of(call: Call, record: RequestRecord, timeline: Sequence[TimelineEntry]) -> Speech | None:
    """Return what to say, or None where nothing is left to say: it was replied to, withdrawn or overtaken."""
    told = [entry.told() for entry in timeline]
    line: list[LifecycleEvent] = [event for event in told if event.request_id == call.matter]
    event = next((e for e in line if e.sequence == call.sequence), None)
    later = [e for e in line if e.sequence > call.sequence]
    if event is None or _is_over(call, later):
        return None
    request = RequestReceived.model_validate_json(record.event)
    walled = is_walled(timeline)
    english = request.applicant.language == "en"
    question = event.question if isinstance(event, QuestionAsked) else None
    words = question.tr if question else event.text if isinstance(event, AnswerGiven) else ""
    return Speech(
        call=call,
        receipt_number=record.receipt_number,
        subject="" if walled else event.summary.subject,
        excerpt="" if walled else _shortened(request.description),
        words="" if walled else words,
        words_en=question.en if question and english and not walled else "",
        english=english,
        walled=walled,
        question=_open_question(call, question) if question and not walled else None,
    )


def token_of(call: Call) -> str:
    """Return how a reply names the question of a call: as the tracking page does."""
    return f"{call.sequence}/{call.matter}" if call.matter != call.request_id else str(call.sequence)


def _open_question(call: Call, question: Question) -> OpenQuestion:
    return OpenQuestion(token_of(call), {"tr": question.tr, "en": question.en}, call.matter)


def _is_over(call: Call, later: Sequence[LifecycleEvent]) -> bool:
    if call.reason is Reason.QUESTION:
        return bool(later)
    return any(isinstance(event, _OVERTAKES_AN_ANSWER) for event in later)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rsplit(' ', 1)[0]}…"
