"""Equal input and versions give equal bytes: after a restart, in other batches, in another process."""

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.classify.judging import request_of
from services.router.deciding import Decider
from services.router.domain.asking_back import as_heard, decided_on_reply, question_asked
from services.router.domain.cases import Case, Sealed
from services.router.domain.joining import joined, on_joining
from services.router.domain.lifecycle import next_event, opening_events
from services.router.domain.verdicts import Split
from services.router.knowledge.corpus import DEVELOPMENT, load_messages
from services.router.knowledge.loader import load_knowledge
from services.router.returns import load_returns
from shared.contracts.chain import canonical
from shared.contracts.commands import ReplyCommand
from shared.contracts.decisions import Question
from shared.contracts.requests import Place, RequestReceived
from shared.contracts.topics import APPLICANTS
from tests.support.desk import decision, sent, waiting

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CAUSE = UUID(int=99)
HERE = Place(lat=41.0325, lon=28.9836)


@cache
def deciders() -> tuple[Decider, Decider]:
    """One that runs on, and one as after a restart: each has read model and knowledge for itself."""
    return Decider.load(), Decider.load()


@cache
def requests() -> tuple[RequestReceived, ...]:
    return tuple(
        request_of(message.text, message.channel).model_copy(
            update={"request_id": uuid5(CAUSE, message.text)}
        )
        for message in load_messages(DEVELOPMENT, load_knowledge())
    )


@cache
def known() -> dict[UUID, Case]:
    """Open requests that somebody may ask to be added to, with the directorate of their likeliest body."""
    found = {}
    for request, verdict in zip(requests(), deciders()[0](list(requests())), strict=True):
        if verdict.decision.chosen.department:
            there = request.model_copy(
                update={
                    "request_id": uuid5(request.request_id, "known"),
                    "place": HERE,
                    "receipt_number": "K",
                }
            )
            found[there.request_id] = sent(there, decision([verdict.decision.chosen]))
    return found


def asking(request: RequestReceived) -> RequestReceived:
    """The same report by somebody else, who asks to be added."""
    return request.model_copy(update={"place": HERE, "joins": uuid5(request.request_id, "known")})


def told(decider: Decider, batch: list[RequestReceived]) -> list[list[bytes]]:
    """Return what would be recorded of each request, to the byte."""
    return [
        [
            canonical(case.last.data)
            for case in opening_events(
                request, on_joining(request, verdict, known()), cause_id=CAUSE, now=NOW
            )
        ]
        for request, verdict in zip(batch, decider(batch), strict=True)
    ]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_replay_records_the_same_bytes_whatever_stands_in_a_batch(data: st.DataObject) -> None:
    first, restarted = deciders()
    anybody = st.sampled_from(requests())
    batch = data.draw(
        st.lists(anybody | anybody.map(asking), min_size=1, max_size=12, unique_by=lambda r: r.request_id)
    )
    again = data.draw(st.permutations(batch))
    once = dict(zip([r.request_id for r in batch], told(first, batch), strict=True))
    alone = {r.request_id: told(restarted, [r])[0] for r in again}
    assert alone == once


def replied(request: RequestReceived) -> Case:
    """The same report, said in two goes: nobody understood the first, so the applicant was asked."""
    vague = asking(request).model_copy(update={"description": "Bakar mısınız?"})
    question = Question(id="what", ask="applicant", tr="Ne oldu?", en="What happened?")
    chosen = deciders()[0]([request])[0].decision.chosen
    case = waiting(vague, decision([chosen], question=question))
    case = case.after(question_asked(case, question, NOW))
    command = ReplyCommand(request_id=request.request_id, issued_at=NOW, text=request.description)
    said = next_event(case, command, sender=APPLICANTS, cause_id=CAUSE, now=NOW, returns=load_returns())
    assert isinstance(said, Sealed)
    return case.after(said)


def told_on_reply(decider: Decider, cases: list[Case]) -> list[Sealed]:
    verdicts = decider([as_heard(case) for case in cases])
    return [
        decided_on_reply(case, verdict, known(), NOW) for case, verdict in zip(cases, verdicts, strict=True)
    ]


@settings(deadline=None, max_examples=20)
@given(st.lists(st.sampled_from(requests()), min_size=1, max_size=6, unique_by=lambda r: r.request_id))
def test_a_replay_after_a_reply_records_the_same_bytes_and_needs_no_more_than_the_record(
    batch: list[RequestReceived],
) -> None:
    first, restarted = deciders()
    cases = [replied(request) for request in batch]
    once = told_on_reply(first, cases)
    assert [told_on_reply(restarted, [case])[0].value for case in cases] == [event.value for event in once]
    for case, event in zip(cases, once, strict=True):
        recorded = case.after(event).decision
        assert recorded.joining is not None
        (again,) = restarted([as_heard(case)])
        if not isinstance(again, Split):
            rest = joined(again, recorded.joining.model_copy(update={"joined": False})).decision
            assert rest.model_copy(update={"inputs": recorded.inputs}) == recorded


def test_a_replay_needs_nothing_of_the_known_request_but_what_the_decision_holds() -> None:
    first, restarted = deciders()
    batch = [asking(request) for request in requests()]
    settled = 0
    for request, once, again in zip(batch, first(batch), restarted(batch), strict=True):
        outcome = on_joining(request, once, known())
        recorded = outcome.decision.joining
        assert recorded is not None
        settled += outcome.decision.rule != once.decision.rule
        assert joined(again, recorded.model_copy(update={"joined": False})) == outcome
    assert settled, "no doubt was settled, so nothing was tried"


def test_another_process_answers_a_file_alike(tmp_path: Path) -> None:
    """What depends on the order of a set or on a hash would differ between processes."""
    asked = tmp_path / "asked.csv"
    with asked.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "channel", "text"])
        writer.writerows([n, r.channel, r.description] for n, r in enumerate(requests()[:150]))
    command = [sys.executable, "-m", "deploy.cli", "route", "--batch", str(asked)]
    one, other = (
        subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    )
    assert one == other
    assert len(one.splitlines()) == 151
