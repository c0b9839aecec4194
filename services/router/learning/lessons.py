"""Proposals as messages of the corpus, without those that say what it says already."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.router.domain.learning import Proposal
from services.router.knowledge.corpus import Message
from services.router.knowledge.statistics import shared_runs
from shared.text.folding import words


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message that could be learned from, and the correction it comes from."""

    proposal: Proposal
    message: Message


def lessons(proposals: Sequence[Proposal], known: Sequence[Message]) -> list[Lesson]:
    """Return the proposals that add something to what is ``known``, as messages.

    `istek knowledge check` refuses two messages with six words in a row in common, and a message of the
    development set that is also learned from would make the figures lie.
    """
    found = [Lesson(proposal, _message(proposal)) for proposal in proposals]
    runs = shared_runs([*known, *(lesson.message for lesson in found)])
    repeated = {later for _, later, _ in runs}
    said = {tuple(words(message.text)) for message in known}
    return [
        lesson
        for lesson in found
        if lesson.message.text not in repeated and tuple(words(lesson.message.text)) not in said
    ]


def _message(proposal: Proposal) -> Message:
    correction = proposal.correction
    return Message(
        code=(proposal.code,),
        body=(proposal.body,),
        priority=correction.priority,
        channel=correction.channel,
        style="near_miss" if correction.overridden else "plain",
        text=proposal.text,
    )
