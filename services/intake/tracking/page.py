"""The tracking page: where a request stands, what is asked of the applicant, when an answer is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

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
from shared.contracts.vocabulary import State
from shared.web.chip import Chip, ClockState, chip
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
    ) -> None:
        self._store = store
        self._receipts = receipts
        self._replies = replies
        self._acts = acts
        self._gallery = gallery
        self._calls = calls
        self._clocks = clocks
        self._pages = pages
        self._clock = clock

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
        now = self._clock()
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
            chip=_chip(story, reply, dates, now, self._pages.lang(request)),
            paths=PATHS,
            judgements=_judgements(open_still),
            other_choices=[c for c in open_still if c.act in ("object", "withdraw")],
            made=[c for c in story.choices if c.command_id in made],
            overtaken=[c for c in story.overtaken if c.command_id in made],
            now=now,
        )


def _judgements(choices: Sequence[Choice]) -> list[Judgement]:
    yes = {c.request_id: c for c in choices if c.act == "confirm"}
    no = {c.request_id: c for c in choices if c.act == "reopen"}
    return [
        Judgement(either.about, yes.get(either.request_id), no.get(either.request_id))
        for either in (no | yes).values()
    ]


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
    return chip(now, dates.target, ClockState.RUNNING, lang=lang)
