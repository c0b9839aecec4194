"""What a decision says about itself: what was read where, what would have changed it, what else follows."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from services.router.domain.matters import Knowledge
from services.router.domain.opinions import Opinion
from services.router.domain.weighing import Weighed
from shared.contracts.decisions import Change, Consulted, LegalReading, Reading
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority, Regime
from shared.text.folding import located_words, words

GENERAL_EMERGENCY_NUMBER: Final = "112"

_BASES: Final = {
    Regime.PETITION_3071: "3071 m.4 ve m.7",
    Regime.INFORMATION_4982: "4982 m.6 ve m.11",
    Regime.DATA_SUBJECT_6698: "6698 m.13",
}


def readings(text: str, weighed: Weighed, opinion: Opinion, knowledge: Knowledge) -> tuple[Reading, ...]:
    """Return what was read where in ``text``, in the order of the text."""
    located = located_words(text)
    said = tuple(word for word, _, _ in located)
    if said != words(text):  # letters that fold across what parts words: nothing can be pointed at
        return ()
    found = [
        *(
            Reading(
                what="danger",
                start=located[s.first][1],
                end=located[s.end - 1][2],
                means=s.danger.title,
            )
            for s in weighed.danger.signs
        ),
        *(
            Reading(what="place", start=located[first][1], end=located[end - 1][2], means=name)
            for name, first, end in knowledge.arteries_at(said)
        ),
        *_subject_words(located, opinion),
    ]
    return tuple(sorted(found, key=lambda r: (r.start, r.end, r.what)))


def _subject_words(located: Sequence[tuple[str, int, int]], opinion: Opinion) -> Iterator[Reading]:
    title = opinion.candidates[0].category_title if opinion.candidates else ""
    telling = {telling.word for telling in opinion.words}
    for word, start, end in located:
        if word in telling:
            telling.discard(word)
            yield Reading(what="subject", start=start, end=end, means=title)


def changes(
    text: str,
    weighed: Weighed,
    opinion: Opinion,
    found: Sequence[Reading],
    knowledge: Knowledge,
    *,
    look: float,
) -> tuple[Change, ...]:
    """Return what would have changed the decision.

    Args:
        text: what was read.
        weighed: what it was found to be.
        opinion: what the classifier took it for.
        found: what was read where, as `readings` returns it.
        knowledge: the knowledge in force.
        look: confidence from which nobody needs to look.
    """
    best = weighed.ranked[0]
    possible = (
        _other_words(text, weighed, opinion, found),
        _other_place(weighed, knowledge),
        _without_danger(weighed, opinion),
        Change(what="confidence", text=f"Güven en az %{look * 100:.0f} olsaydı kendiliğinden giderdi.")
        if weighed.rule == "below-threshold" and best.confidence < look
        else None,
    )
    return tuple(change for change in possible if change)


def _other_words(text: str, weighed: Weighed, opinion: Opinion, found: Sequence[Reading]) -> Change | None:
    """Return the fewest of the telling words without which the second body would be the likeliest."""
    if not opinion.words or len(opinion.candidates) < 2 or weighed.ranked[0] != opinion.candidates[0]:  # noqa: PLR2004
        return None
    gained = list(accumulate(telling.gain for telling in opinion.words))
    enough = next((n for n, gain in enumerate(gained, 1) if gain >= opinion.lead), None)
    if enough is None:
        return None
    needed = {telling.word for telling in opinion.words[:enough]}
    numbers = tuple(
        n
        for n, reading in enumerate(found)
        if reading.what == "subject"
        and any(word in needed for word, _, _ in located_words(text[reading.start : reading.end]))
    )
    second = opinion.candidates[1]
    which = "Bu söz" if len(needed) == 1 else f"Bu {len(needed)} söz"
    return Change(
        what="words",
        text=f"{which} olmasaydı: {second.category_title}, {second.body}.",
        readings=numbers,
    )


def _other_place(weighed: Weighed, knowledge: Knowledge) -> Change | None:
    category = knowledge.categories_by_code[weighed.ranked[0].category_code]
    others = [d.body for d in category.destinations if d.body != weighed.body.id]
    if not others or category.code not in knowledge.handling.place_decides:
        return None
    other = knowledge.bodies_by_id[others[0]].name
    condition = "Ana arter olmasaydı" if weighed.body.id == knowledge.metropolis else "Ana arter olsaydı"
    return Change(what="place", text=f"{condition}: {other}.")


def _without_danger(weighed: Weighed, opinion: Opinion) -> Change | None:
    if not weighed.danger:
        return None
    if weighed.destination.priority is Priority.EMERGENCY:
        return Change(what="danger", text="Tehlike belirtisi olmasaydı: bir kişi bakardı.")
    likeliest = opinion.candidates[0] if opinion.candidates else weighed.ranked[0]
    return Change(
        what="danger",
        text=f"Tehlike belirtisi olmasaydı: {likeliest.category_title}, {likeliest.body}, acil değil.",
    )


def consulted(text: str, weighed: Weighed, knowledge: Knowledge) -> tuple[Consulted, ...]:
    """Return who else has a part in the matter, or gets a copy because of where it is."""
    handling = knowledge.handling
    rows = [
        (c.body, c.role, c.why)
        for c in handling.consultations_for(weighed.ranked[0].category_code, weighed.body.id)
    ]
    if weighed.body.kind == "department":
        rows += [(p.body, "informed", p.why) for p in handling.shared_places_in(text)]
    return tuple(
        Consulted(
            body=knowledge.bodies_by_id[body].name,
            department=body if knowledge.bodies_by_id[body].kind == "department" else None,
            role=role,
            why=why,
        )
        for body, role, why in dict.fromkeys(rows)
    )


def legal(request: RequestReceived, weighed: Weighed, knowledge: Knowledge) -> LegalReading:
    """Return the law that the matter falls under by its content, and what its form lacks."""
    code = weighed.ranked[0].category_code
    regime = knowledge.handling.regime_of(code)
    return LegalReading(
        regime=regime,
        basis=_BASES[regime],
        in_writing=code in knowledge.handling.in_writing,
        elements_missing=request.elements_missing,
    )


def inputs(
    request: RequestReceived, opinion: Opinion, weighed: Weighed, knowledge: Knowledge
) -> dict[str, str]:
    """Return what the decision looked at beside the text's words, by name."""
    danger = weighed.danger
    seen = {
        "channel": request.channel.value,
        "kind": request.kind.value,
        "description_length": str(len(request.description)),
    }
    if request.stated_category:
        followed = request.stated_category == weighed.ranked[0].category_code
        seen["stated_category"] = f"{request.stated_category}, {'followed' if followed else 'not followed'}"
    if request.place.neighbourhood:
        seen["neighbourhood"] = request.place.neighbourhood
    if weighed.artery:
        seen["main_artery"] = weighed.artery
    if danger.reported:
        seen["danger_reported"] = "true"
    if danger.signs:
        seen["danger"] = ", ".join(sign.danger.id for sign in danger.signs)
    elif danger.likely:
        seen["danger"] = "by-the-whole-text"
    if danger:
        seen["danger_probability"] = f"{opinion.danger:.4f}"
    if danger and weighed.ranked[0].category_code not in knowledge.handling.no_danger:
        numbers = dict.fromkeys(sign.danger.phone for sign in danger.signs)
        seen["call"] = ", ".join(numbers or [GENERAL_EMERGENCY_NUMBER])
    return seen
