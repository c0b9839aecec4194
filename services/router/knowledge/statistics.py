"""What a corpus looks like: how many messages of what kind, how long, and whether any two say the same."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.router.knowledge.corpus import Message
from shared.text.folding import words

RUN: Final = 6
"""So many words in a row make two messages one, unless they are a name."""


def shared_runs(messages: Sequence[Message]) -> list[tuple[str, str, str]]:
    """Return pairs of messages that have a run of words in common, each with its first such run."""
    first_with: dict[tuple[str, ...], int] = {}
    pairs: dict[tuple[int, int], str] = {}
    for number, message in enumerate(messages):
        said = words(message.text)
        for start in range(len(said) - RUN + 1):
            run = said[start : start + RUN]
            other = first_with.setdefault(run, number)
            if other != number:
                pairs.setdefault((other, number), " ".join(run))
    return [(messages[a].text, messages[b].text, run) for (a, b), run in pairs.items()]


def lengths(messages: Sequence[Message]) -> list[tuple[str, int]]:
    """Return how many messages are how long, in words."""
    counts = [len(words(message.text)) for message in messages]
    bounds = (0, 4, 8, 16, 32, 64, 128, 100_000)
    return [
        (
            f"{low}–{high - 1}" if high < bounds[-1] else f"{low} and more",
            sum(low <= n < high for n in counts),
        )
        for low, high in pairwise(bounds)
    ]
