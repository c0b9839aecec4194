"""Requests that wait at the desk, with decisions written by hand so that no new model changes them."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.intake.store import IntakeStore
from services.router.domain.cases import Case
from services.router.domain.lifecycle import opening_events
from services.router.domain.matters import Knowledge
from services.router.domain.verdicts import Assigned, Triaged
from services.router.store import RouterStore
from shared.contracts.decisions import Candidate, Change, Consulted, Decision, LegalReading, Question, Reading
from shared.contracts.requests import ApplicantReach, ChannelFacts, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime
from shared.storage import Database

WALL = (
    "Pürtelaş Sokağı’nın sonundaki eski istinat duvarı yola doğru iyice eğildi, taşlar düşüyor. Hemen "
    "altında oto yıkama var, arabalar duruyor. Bina sahibi [telefon gizlendi] "
    "ilgilenmiyor. Cihangir, caminin arkası."
)


def received(number: int, text: str, at: datetime, **changes: object) -> RequestReceived:
    """A request with its receipt number's figures and its text."""
    request = RequestReceived(
        request_id=uuid4(),
        receipt_number=f"BB-2026-{number:07}-M",
        channel=Channel.WEB,
        kind=Kind.COMPLAINT,
        regime=Regime.PETITION_3071,
        description=text,
        place=Place(neighbourhood="Cihangir"),
        applicant=ApplicantReach(named=True, media=(Medium.SMS,)),
        received_at=at,
    )
    return request.model_copy(update=changes)


def read(text: str, **kinds: Iterable[str]) -> tuple[Reading, ...]:
    """Return readings of words of ``text``, by kind."""
    found = [
        Reading(what=kind, start=text.index(words), end=text.index(words) + len(words), means=words)  # type: ignore[arg-type]
        for kind, many in kinds.items()
        for words in many
    ]
    return tuple(sorted(found, key=lambda r: (r.start, r.end)))


def decision(candidates: list[Candidate], **changes: object) -> Decision:
    """A decision that left the request to a person."""
    first, *others = candidates
    return Decision(
        chosen=first,
        runner_up=others[0] if others else None,
        alternatives=tuple(others[1:]),
        priority=Priority.NORMAL,
        threshold=0.9,
        rule="below-threshold",
        knowledge_version="2026-11-25",
        model_version="test",
        inputs={"channel": "web"},
    ).model_copy(update=changes)


def waiting(request: RequestReceived, decided: Decision, reason: str = "Sistem konudan emin değil.") -> Case:
    """The request in triage since it came."""
    return _opened(request, Triaged(reason, decided))


def brought_from_the_door(mongodb: str, name: str, request_id: UUID, candidates: list[Candidate]) -> None:
    """Let a request that the door of database ``name`` took wait at the desk of ``<name>_router``."""
    # In a thread, because a browser's driver holds this one's event loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _bring(mongodb, name, request_id, candidates)).result()


def sent(request: RequestReceived, decided: Decision) -> Case:
    """The request with the directorate that the decision chose."""
    department = decided.chosen.department
    assert department is not None
    return _opened(request, Assigned(department, decided.chosen.body, decided))


def the_wall(knowledge: Knowledge, at: datetime) -> Case:
    """The request of the design's picture: a leaning wall, and nobody knows whose it is."""
    words = ("istinat", "duvarı", "eğildi")
    found = read(WALL, subject=words, danger=("taşlar düşüyor",), place=("Pürtelaş Sokağı",))
    place = Place(lat=41.0325, lon=28.9836, accuracy_m=20, neighbourhood="Cihangir", address="Pürtelaş Sok.")
    subjects = tuple(n for n, reading in enumerate(found) if reading.what == "subject")
    title = knowledge.categories_by_code["FEN-IST"].title
    found = tuple(r.model_copy(update={"means": title}) if r.what == "subject" else r for r in found)
    decided = decision(
        [
            knowledge.candidate("FEN-IST", "fen", 0.64),
            knowledge.candidate("YAP-DUS", "afet", 0.27),
            knowledge.candidate("FEN-YOL", "ibb", 0.06),
        ],
        priority=Priority.URGENT,
        readings=found,
        changes=(
            Change(
                what="words",
                text="Bu 3 söz olmasaydı: Binadan düşen parça, Afet İşleri Müdürlüğü.",
                readings=subjects,
            ),
            Change(what="place", text="Ana arter olsaydı: İstanbul Büyükşehir Belediyesi."),
        ),
        rules=("place-decides", "one-owner"),
        question=Question(id="x", ask="applicant", tr="Duvar kimin?", en="Whose wall is it?"),
        consulted=_consulted(knowledge),
        legal=LegalReading(regime=Regime.PETITION_3071, basis="3071 m.4 ve m.7"),
    )
    facts = ChannelFacts(photo_count=1)
    return waiting(received(12352, WALL, at, place=place, facts=facts), decided)


def _consulted(knowledge: Knowledge) -> tuple[Consulted, ...]:
    rows = knowledge.handling.consultations_for("FEN-IST", "fen")
    return tuple(
        Consulted(body=knowledge.bodies_by_id[r.body].name, department=r.body, role=r.role, why=r.why)
        for r in rows
    )


def _opened(request: RequestReceived, verdict: Assigned | Triaged) -> Case:
    (case,) = opening_events(request, verdict, cause_id=uuid4(), now=request.received_at)
    return case


async def _bring(mongodb: str, name: str, request_id: UUID, candidates: list[Candidate]) -> None:
    intake, router = Database.connect(mongodb, name), Database.connect(mongodb, f"{name}_router")
    try:
        record = await IntakeStore(intake, watch_grace=timedelta(minutes=1)).request(request_id)
        assert record
        case = waiting(record.request, decision(candidates))
        store = RouterStore(router)
        await store.announce([record.request], record.request.received_at)
        await store.append([case.last], record.request.received_at)
        await store.enter_triage([case])
    finally:
        await intake.close()
        await router.close()
