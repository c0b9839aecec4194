"""The tracking page: where a request stands, what is asked of the applicant, when an answer is due."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import Request, Response

from services.intake.attachments.gallery import Gallery
from services.intake.calls.store import CallStore
from services.intake.receipts.links import Receipts
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from services.intake.tracking.acts import Acts
from services.intake.tracking.choices import Act, Choice
from services.intake.tracking.dates import Clocks, Dates
from services.intake.tracking.replies import Replies
from services.intake.tracking.story import Story, tell
from shared.clock import Clock
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import State
from shared.legal import LegalWords
from shared.web.chip import Chip, ClockState, chip, lateness
from shared.web.formats import Lang
from shared.web.pages import Pages

PATHS: Final[Mapping[Act, str]] = {
    "withdraw": "geri-cek",
    "confirm": "cozuldu",
    "reopen": "cozulmedi",
    "object": "itiraz",
}
"""What stands behind the receipt number in the address of each act."""

_OK = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that was not taken: what was typed, and a sentence for the field or for the page on why."""

    typed: str
    error: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What may be said of the answer to one matter: that it solved it, that it did not, or one of both."""

    about: str
    yes: Choice | None
    no: Choice | None


@dataclass(frozen=True, slots=True)
class Late:
    """By how much the target was missed.

    Attributes:
        by: in words.
        over: the clocks stopped so late; otherwise it grows.
        beyond_the_law: the last day has passed, too.
    """

    by: str
    over: bool
    beyond_the_law: bool


class TrackingPage:
    """Tells the story of a request to whoever holds its receipt."""

    def __init__(
        self,
        store: IntakeStore,
        receipts: Receipts,
        replies: Replies,
        acts: Acts,
        gallery: Gallery,
        *,
        calls: CallStore,
        clocks: Clocks,
        pages: Pages,
        clock: Clock,
        legal: LegalWords,
        forgotten: Callable[[Iterable[UUID]], Awaitable[frozenset[UUID]]],
    ) -> None:
        """Take what it works with.

        Args:
            store: where events are remembered.
            receipts: make links.
            replies: those given.
            acts: those done.
            gallery: shows files.
            calls: tries to call the applicant.
            clocks: know the dates.
            pages: the templates.
            clock: the present.
            legal: sentences of law.
            forgotten: returns those of the requests whose applicants' words may not be kept.
        """
        self._store = store
        self._receipts = receipts
        self._replies = replies
        self._acts = acts
        self._gallery = gallery
        self._calls = calls
        self._clocks = clocks
        self._pages = pages
        self._clock = clock
        self._legal = legal
        self._forgotten = forgotten

    async def story(self, record: RequestRecord) -> Story:
        """Return what is known of the request's life."""
        calls = await self._calls.of_request(record.request_id)
        attempts = [attempt for call in calls for attempt in call.attempts]
        return tell(record, await self._store.timeline(record.request_id), attempts)

    async def show(
        self,
        request: Request,
        record: RequestRecord,
        story: Story,
        *,
        draft: Draft | None = None,
        status: int = _OK,
    ) -> Response:
        """Return the page.

        A reply counts from its recording on: the page thanks for it before the router has heard of it. So
        does what was chosen; if the router refused that because the request had moved on, the page says so.
        """
        question = story.question if draft is None else None
        reply = await self._replies.given(question.request_id, question.token) if question else None
        heard_of = len(story.moments) > 1
        dates = await self._clocks.dates(record.request_id) if heard_of else None
        made = await self._acts.sent((*story.choices, *story.overtaken))
        now, lang = self._clock(), self._pages.lang(request)
        law = story.answered_under
        open_still = [c for c in story.choices if c.open_at(now) and c.command_id not in made]
        return self._pages.render(
            "tracking.html",
            request,
            status_code=status,
            secret=True,
            record=record,
            receipt=self._receipts.of(record),
            story=story,
            reply=reply,
            draft=draft,
            files=await self._gallery.of_request(record),
            answer_files=[
                await self._gallery.of_answer(record, moment.answer) if moment.answer else []
                for moment in story.answers
            ],
            dates=dates,
            chip=_chip(story, reply, dates, now, lang),
            late=_late(story, dates, now, lang),
            remedy=self._legal.remedy(law, lang) if law else None,
            own=await self._own_words(record, story),
            paths=PATHS,
            judgements=_judgements(open_still),
            other_choices=[c for c in open_still if c.act in ("object", "withdraw")],
            made=[c for c in story.choices if c.command_id in made],
            overtaken=[c for c in story.overtaken if c.command_id in made],
            now=now,
        )

    async def _own_words(self, record: RequestRecord, story: Story) -> RequestReceived | None:
        """Return the request with the text as it is known outside the vault, where the page may show it.

        Behind a privacy wall it does not: who wrote it knows it, who looks over a shoulder need not.
        """
        if story.walled or await self._forgotten([record.request_id]):
            return None
        return record.request


def _judgements(choices: Sequence[Choice]) -> list[Judgement]:
    yes = {c.request_id: c for c in choices if c.act == "confirm"}
    no = {c.request_id: c for c in choices if c.act == "reopen"}
    return [
        Judgement(either.about, yes.get(either.request_id), no.get(either.request_id))
        for either in (no | yes).values()
    ]


def _late(story: Story, dates: Dates | None, now: datetime, lang: Lang) -> Late | None:
    if dates is None or story.state is State.WITHDRAWN:
        return None
    end = dates.stopped_at or now
    if end <= dates.target:
        return None
    return Late(
        lateness(dates.target, end, lang, dates.lateness_between),
        over=dates.stopped_at is not None,
        beyond_the_law=end > dates.last_day,
    )


def _chip(story: Story, reply: str | None, dates: Dates | None, now: datetime, lang: Lang) -> Chip | None:
    if story.state is State.WITHDRAWN:
        return None
    if story.question:
        # Between the reply and what follows from it no clock can be told.
        return None if reply else chip(now, now, ClockState.PAUSED, lang=lang)
    if dates is None:
        return None
    if dates.stopped_at is not None:
        return chip(dates.stopped_at, dates.target, ClockState.STOPPED, lang=lang)
    return chip(now, dates.target, ClockState.RUNNING, lang=lang, working_days_between=dates.lateness_between)
