"""Many messages at once, from one CSV to another: for reports, and for comparing with other routers."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from services.router.classify.judging import Answer, answers
from services.router.deciding import Decider
from services.router.knowledge.corpus import Label
from shared.contracts.vocabulary import Channel
from shared.text.folding import clean
from shared.text.masking import mask_personal

_ASKED: Final = ("id", "channel", "text")
_ANSWERED: Final = (
    *("id", "code", "body", "priority", "emergency", "confidence", "auto"),
    *("second_code", "second_body"),
)
_LONGEST_FIELD: Final = 1 << 20


class QuestionsError(Exception):
    """The file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the file."""

    id: str
    channel: Channel
    text: str


def read_questions(path: Path) -> list[Question]:
    """Return the lines of a CSV with the columns ``id``, ``channel`` and ``text``.

    Raises:
        QuestionsError: the file cannot be read, a column is missing, or a channel is unknown.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _ASKED if name not in (reader.fieldnames or ())]
            if missing:
                raise QuestionsError(f"{path}: column {missing[0]} is missing; wanted: {', '.join(_ASKED)}")
            return [_question(path, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise QuestionsError(f"{path}: cannot be read: {error}") from error


def write_answers(decide: Decider, questions: Sequence[Question], to: TextIO) -> None:
    """Write where each question would go, in order. An empty code means that somebody has to ask back."""
    writer = csv.DictWriter(to, _ANSWERED, lineterminator="\n")
    writer.writeheader()
    found = answers(decide, [(q.channel, q.text) for q in questions])
    for question, answer in zip(questions, found, strict=True):
        writer.writerow({"id": question.id} | _row(answer, decide))


def _question(path: Path, line: int, row: dict[str, str | None]) -> Question:
    try:
        channel = Channel((row["channel"] or Channel.WEB).strip())
    except ValueError:
        known = ", ".join(Channel)
        raise QuestionsError(f"{path}:{line}: channel {row['channel']!r} is not one of {known}") from None
    return Question(row["id"] or "", channel, mask_personal(clean(row["text"] or "")))


def _row(answer: Answer, decide: Decider) -> dict[str, str]:
    second_code, second_body = answer.second or ("", "")
    return {
        "code": "+".join(code for code, _ in answer.labels),
        "body": "+".join(_names(answer.labels, decide)),
        "priority": answer.priority.value,
        "emergency": str(answer.emergency).lower(),
        "confidence": f"{answer.confidence:.4f}",
        "auto": str(answer.auto).lower(),
        "second_code": second_code,
        "second_body": "".join(_names([(second_code, second_body)] if second_code else [], decide)),
    }


def _names(labels: Iterable[Label], decide: Decider) -> list[str]:
    return [decide.knowledge.bodies_by_id[body].catalogue_name for _, body in labels]
