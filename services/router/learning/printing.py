"""A review as people read it in a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.router.classify.judging import Answer, Figures
from services.router.domain.learning import Harvest, Rate, Week, WhyNot
from services.router.learning.lessons import Lesson
from services.router.learning.what_if import WhatIf

_SHOWN: Final = 40
_WORST: Final = 5
_TEXT: Final = 100
_ID: Final = 8
_LEFT_OUT: Final[Mapping[WhyNot, str]] = {
    "nothing-new": "confirmed what the router had done",
    "walled": "behind a privacy wall",
    "not-in-the-words": "decided by the place, or several matters in one",
    "no-such-destination": "no row of categories.yaml foresees it",
    "said-again": "the same words again",
}


def print_proposals(out: Console, found: Sequence[Lesson], harvest: Harvest) -> None:
    """Print the proposals, and why other corrections are none."""
    out.print(f"[bold]proposals: {len(found)}[/], from {len(harvest.proposals)} corrections to learn from")
    for lesson in found:
        correction, message = lesson.proposal.correction, lesson.message
        said = correction.said.candidate
        out.print(
            f"  {correction.request_id[:_ID]}  {'/'.join(message.code)} at {message.body[0]}, "
            f"{message.priority} ({correction.reason_code}); the router: {said.category_code} at "
            f"{escape(said.body)}, {_percent(said.confidence)}, {correction.said.rule}"
        )
        out.print(f"            {escape(_short(message.text))}")
    if known := len(harvest.proposals) - len(found):
        out.print(f"  {known} more say what the corpus or the development set says already")
    for why, count in sorted(harvest.left_out.items()):
        out.print(f"  {count} are none: {_LEFT_OUT[why]}")
    for (code, body), count in sorted(harvest.missing.items()):
        out.print(f"    {code} at {escape(body)}: {count}")


def print_drift(out: Console, weeks: Sequence[Week]) -> None:
    """Print week by week how often people overrode the router, for what reason and in which categories."""
    table = Table("Week", "Decided", "Overridden", "Share", "By reason", "Worst categories", box=None)
    for week in weeks:
        table.add_row(
            week.name,
            str(week.total.decided),
            str(week.total.overridden),
            _percent(week.total.share),
            ", ".join(f"{reason} {count}" for reason, count in Counter(week.by_reason).most_common()),
            ", ".join(f"{code} {_of(rate)}" for code, rate in _worst(week.by_code)),
        )
    out.print("[bold]Drift[/]: overridden by a person, by the week of the router's decision")
    out.print(table)


def print_what_if(out: Console, found: WhatIf, *, looked_at: int) -> None:
    """Print what accepting would change: figures over the development set, and past requests."""
    table = Table("Development set", "today", "with the proposals", box=None)
    for name, today, then in _figures(found.today, found.then):
        table.add_row(name, today, then)
    out.print(table)
    out.print(f"[bold]{len(found.moved)} of the last {looked_at} requests[/] would go elsewhere")
    for moved in found.moved[:_SHOWN]:
        out.print(
            f"  {str(moved.past.request.request_id)[:_ID]}  {_goes(moved.today)} → {_goes(moved.then)}"
            f"  {escape(_short(moved.past.request.description))}"
        )
    if len(found.moved) > _SHOWN:
        out.print(f"  … and {len(found.moved) - _SHOWN} more")


def _figures(today: Figures, then: Figures) -> Iterator[tuple[str, str, str]]:
    for field in fields(Figures):
        before, after = getattr(today, field.name), getattr(then, field.name)
        show = str if field.name == "count" else _percent
        yield field.name.replace("_", " "), show(before), show(after)


def _worst(by_code: Mapping[str, Rate]) -> Iterable[tuple[str, Rate]]:
    wrong = [(code, rate) for code, rate in by_code.items() if rate.overridden]
    return sorted(wrong, key=lambda item: (-item[1].overridden, -item[1].share, item[0]))[:_WORST]


def _goes(answer: Answer) -> str:
    where = "+".join(f"{code}/{body}" for code, body in answer.labels)
    return where if answer.auto else "a person"


def _of(rate: Rate) -> str:
    return f"{rate.overridden}/{rate.decided}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f} %"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"
