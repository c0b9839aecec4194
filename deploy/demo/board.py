"""The demonstration as a table in the terminal."""

from collections import Counter
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.demo.story import Story, Tale
from shared.contracts.vocabulary import State

_COLOURS = {
    State.RECEIVED: "dim",
    State.TRIAGE: "yellow",
    State.AWAITING_APPLICANT: "yellow",
    State.CLOSED: "green",
    State.FORWARDED: "cyan",
    State.NOT_EXAMINED: "dim",
    State.WITHDRAWN: "dim",
    State.REOPENED: "red",
}
_SHOWN_WORDS = 44


def live(story: Story, rows: int) -> RenderableType:
    """Return the newest requests and the sums, for a terminal of so many ``rows``."""
    newest = list(story.tales.values())[-max(rows - 8, 5) :]
    return Group(table(newest), Text(sums(story)))


def table(tales: Iterable[Tale]) -> Table:
    """Return one line per request."""
    shown = Table("Receipt", "Door", "In their words", "Goes to", "State", "Sent", "Late", pad_edge=False)
    for tale in tales:
        holder = f"{tale.holder} ✋" if tale.by_hand else tale.holder
        shown.add_row(
            tale.receipt_number,
            tale.visit.channel,
            Text(_first_words(tale.visit.body["description"]), no_wrap=True),
            Text(holder, no_wrap=True, overflow="ellipsis"),
            Text(tale.state, style=_COLOURS.get(tale.state, "")),
            str(tale.messages or ""),
            Text(", ".join(tale.escalations), style="red"),
        )
    return shown


def line(tale: Tale) -> str:
    """Return where one request stands, for output that is no terminal."""
    late = f" — late, told: {', '.join(tale.escalations)}" if tale.escalations else ""
    return f"{tale.receipt_number}  {tale.state:<18} {tale.holder or '-'}{late}"


def sums(story: Story) -> str:
    """Return what all requests come to, in one line."""
    tales = story.tales.values()
    states = Counter(tale.state for tale in tales)
    by_state = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    messages = sum(tale.messages for tale in tales)
    late = sum(bool(tale.escalations) for tale in tales)
    by_hand = sum(tale.by_hand for tale in tales)
    return (
        f"{len(tales)} requests: {by_state}; ✋ {by_hand} sent on by a person; "
        f"{messages} messages delivered; {late} escalated"
    )


def _first_words(text: str) -> str:
    return text if len(text) <= _SHOWN_WORDS else text[: _SHOWN_WORDS - 1].rstrip() + "…"
