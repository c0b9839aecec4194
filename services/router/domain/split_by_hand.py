"""A person at the desk finds several matters in one message and sends each where it belongs.

What comes of it is what the router's own split makes: linked sub-requests, the most pressing matter with the
request itself. The request's event names them all and comes first, because it is the compare-and-set; the
sub-requests follow from the history alone, so a crash in between leaves nothing undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.router.domain.asking_back import as_heard
from services.router.domain.by_hand import ReasonCode, decided_by_hand, sent_on_by_hand
from services.router.domain.cases import Case, Sealed, linked_by
from services.router.domain.lifecycle import Refusal, first_event, linked_request
from services.router.domain.matters import Knowledge
from services.router.domain.verdicts import settled
from shared.contracts.decisions import Decision, Matter, Reading
from shared.contracts.lifecycle import Actor
from shared.contracts.vocabulary import Priority
from shared.ids import derived_id

MOST_PARTS: Final = 4
LONGEST_PART: Final = 4000
"""A sub-request is a request: its words may be no longer than those of one."""

_BY_PRESSURE: Final = tuple(Priority)
_OF_DANGER: Final = frozenset({"call", "danger", "danger_probability", "danger_reported"})
"""Inputs of a decision that speak of danger; a matter without it does not carry them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One matter as a person marked it: where its words stand, and where it goes."""

    start: int
    end: int
    body: str
    code: str


def split_by_hand(
    case: Case,
    knowledge: Knowledge,
    *,
    parts: Sequence[Part],
    staff: str,
    reason: str,
    cause_id: UUID,
    now: datetime,
) -> Sealed | Refusal:
    """Return the event by which a person splits a request, naming the sub-requests that `split_off` opens.

    Danger that was seen stays with the matter in whose words it was read, or with the first one where no
    words tell; the other matters have the usual class of their category.

    Args:
        case: the request's history; must be at the desk and never split before.
        knowledge: where bodies and categories are looked up.
        parts: the matters in the order of the text as heard, see `as_heard`.
        staff: staff code of the person who decides.
        reason: why, in the person's words; masked before it is kept.
        cause_id: id of the person's act; the same act gives the same event again.
        now: instant of the act.
    """
    done = case.caused_by(cause_id)
    if done:
        return done
    refusal = _refusal(case, knowledge, parts)
    if refusal:
        return refusal
    dangerous = _dangerous(case.decision, parts)
    each = [
        decided_by_hand(
            case.decision if n in dangerous else _without_danger(case.decision),
            knowledge,
            body=part.body,
            code=part.code,
            staff=staff,
            reason_code=ReasonCode.SEVERAL_MATTERS,
            reason=reason,
        )
        for n, part in enumerate(parts)
    ]
    lead = min(range(len(parts)), key=lambda n: _BY_PRESSURE.index(each[n].priority))
    matters = tuple(
        Matter(
            candidate=decision.chosen,
            priority=decision.priority,
            start=part.start,
            end=part.end,
            request_id=None if n == lead else derived_id(case.request.request_id, f"matter/{n + 1}"),
        )
        for n, (part, decision) in enumerate(zip(parts, each, strict=True))
    )
    decision = each[lead].model_copy(
        update={
            "matters": matters,
            "subjects": tuple(matter.candidate for matter in matters),
            "runner_up": case.decision.chosen,
        }
    )
    return sent_on_by_hand(
        case, settled(knowledge.bodies_by_id[parts[lead].body], decision), staff, cause_id, now
    )


def split_off(case: Case, event: Sealed, knowledge: Knowledge) -> tuple[Case, ...]:
    """Return the cases that ``event`` of this history opens; none where no person split the request by it.

    They follow from the history alone: whoever asks again gets the same ids.
    """
    if event.sequence == 1 or not linked_by(event) or case.linked != linked_by(event):
        return ()
    before = replace(case, history=case.history[: event.sequence - 1])
    if before.linked:
        return ()
    whole = Decision.model_validate(event.data["decision"])
    actor = Actor.model_validate(event.data["actor"])
    cause = UUID(event.data["cause_id"])
    now = datetime.fromisoformat(event.data["occurred_at"])
    opened = []
    for matter in whole.matters:
        if matter.request_id is None:
            continue
        verdict = settled(knowledge.bodies_by_name[matter.candidate.body], _alone(whole, matter, knowledge))
        child = linked_request(as_heard(before), matter)
        first = first_event(
            child, verdict, cause_id=derived_id(cause, f"matter/{matter.request_id}"), now=now, actor=actor
        )
        opened.append(Case(child, (first,)))
    return tuple(opened)


def _refusal(case: Case, knowledge: Knowledge, parts: Sequence[Part]) -> Refusal | None:
    if not case.at_the_desk:
        return Refusal("not_in_triage", "Başvuru artık ön incelemede değil.")
    if case.linked or case.request.part_of:
        return Refusal("split_before", "Bu başvuru daha önce konulara ayrıldı.")
    if any(p.body not in knowledge.bodies_by_id or p.code not in knowledge.categories_by_code for p in parts):
        return Refusal("unknown_destination", "Bu konu ya da kurum kayıtlarda yok.")
    return _refusal_of_parts(as_heard(case).description, parts)


def _refusal_of_parts(text: str, parts: Sequence[Part]) -> Refusal | None:
    if not 1 < len(parts) <= MOST_PARTS:
        return Refusal("not_several", f"En az 2, en çok {MOST_PARTS} konu işaretleyin.")
    at = 0
    for part in parts:
        words = text[part.start : part.end]
        if not at <= part.start < part.end <= len(text) or not words.strip():
            return Refusal("not_in_the_text", "Konuların sözleri metinle uyuşmuyor. Sayfayı yenileyin.")
        if len(words) > LONGEST_PART:
            return Refusal("too_long", f"Bir konunun sözleri en çok {LONGEST_PART} harf olabilir.")
        at = part.end
    return None


def _dangerous(decision: Decision, parts: Sequence[Part]) -> frozenset[int]:
    if decision.priority is not Priority.EMERGENCY:
        return frozenset()
    signs = [r for r in decision.readings if r.what == "danger"]
    told = frozenset(n for n, p in enumerate(parts) if any(_within(sign, p) for sign in signs))
    return told or frozenset({0})


def _within(reading: Reading, part: Part | Matter) -> bool:
    return part.start <= reading.start and reading.end <= part.end


def _without_danger(decision: Decision) -> Decision:
    inputs = {name: value for name, value in decision.inputs.items() if name not in _OF_DANGER}
    return decision.model_copy(update={"priority": Priority.NORMAL, "inputs": inputs})


def _alone(whole: Decision, matter: Matter, knowledge: Knowledge) -> Decision:
    """Return the decision on one matter by itself, as its sub-request carries it."""
    candidate = matter.candidate
    body = knowledge.bodies_by_name[candidate.body]
    wall = knowledge.handling.wall_of(candidate.category_code)
    danger = matter.priority is Priority.EMERGENCY
    readings = tuple(
        r.model_copy(update={"start": r.start - matter.start, "end": r.end - matter.start})
        for r in whole.readings
        if _within(r, matter)
    )
    return (whole if danger else _without_danger(whole)).model_copy(
        update={
            "chosen": candidate,
            "runner_up": None,
            "subjects": (),
            "matters": (),
            "priority": matter.priority,
            "legal_basis": knowledge.destination(candidate.category_code, body.id).legal_basis,
            "seen_only_by": wall.seen_by if wall else None,
            "readings": readings,
            "changes": (),
            "consulted": (),
            "question": None,
            "joining": None,
        }
    )
