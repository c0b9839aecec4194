"""What changed between two states of the knowledge folder, whatever their versions look like.

Files are read as they lie there, not as today's models want them, so that one of long ago can be compared.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from services.router.knowledge.files import KnowledgeError

Place = tuple[str, ...]
State = Mapping[Place, str]
"""Every single value of a folder by where it stands; the first step is the file or folder of messages."""

_IDENTITIES: Final = (
    *(("id",), ("code",), ("slug",), ("name",), ("body",), ("kind",), ("prefix",), ("codes",)),
    *(("sent_to", "competent"), ("code", "body"), ("code", "at", "body")),
)
"""Members that tell the rows of a table apart; the first that do are taken."""
_CORPORA: Final = ("messages", "development")
_ABOUT_ITSELF: Final = frozenset({"version", "valid_from", "valid_to"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that changed, or one row that came or went with all its values.

    Attributes:
        where: the file and the place in it.
        before: what was there; empty for a row that came.
        after: what is there now; empty for a row that went.
    """

    what: Literal["added", "removed", "changed"]
    where: Place
    before: str
    after: str


def read_state(folder: Path) -> State:
    """Return all that the knowledge files of ``folder`` say, and how many messages each category has.

    Raises:
        KnowledgeError: there are no knowledge files, or one cannot be read.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise KnowledgeError(f"{folder}: there are no knowledge files")
    state: dict[Place, str] = {}
    for path in files:
        state |= _flat(_yaml(path), (path.name,))
    examples = folder / "examples.csv"
    for row in _rows(examples) if examples.exists() else ():
        state["examples.csv", row["text"]] = f"{row['category_code']} at {row['body']}"
    for corpus in _CORPORA:
        codes = (row["code"] for path in sorted((folder / corpus).glob("*.csv")) for row in _rows(path))
        counts = Counter(code or "none" for joined in codes for code in joined.split("+"))
        state |= {(corpus, code): str(count) for code, count in counts.items()}
    return state


def differences(old: State, new: State) -> list[Difference]:
    """Return what changed from one state to the other, in the order of files and places."""
    changed = [
        Difference("changed", place, old[place], new[place])
        for place in old.keys() & new.keys()
        if old[place] != new[place]
    ]
    added = [Difference("added", row, "", said) for row, said in _whole_rows(new, old)]
    removed = [Difference("removed", row, said, "") for row, said in _whole_rows(old, new)]
    return sorted([*changed, *added, *removed], key=lambda d: (d.where, d.what))


def _whole_rows(state: State, other: State) -> Iterator[tuple[Place, str]]:
    """Yield the topmost places that only ``state`` has, each with all that stands below it."""
    elsewhere = {place[:depth] for place in other for depth in range(1, len(place) + 1)}
    rows: dict[Place, list[str]] = {}
    for place in sorted(state.keys() - other.keys()):
        top = next((n for n in range(1, len(place)) if place[:n] not in elsewhere), len(place))
        rows.setdefault(place[:top], []).append(" ".join((*place[top:], state[place])).strip())
    return ((place, "; ".join(said)) for place, said in rows.items())


def _flat(value: Any, place: Place) -> dict[Place, str]:  # noqa: ANN401 - whatever YAML holds
    found: dict[Place, str] = {}
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if len(place) > 1 or name not in _ABOUT_ITSELF:
                found |= _flat(inner, (*place, str(name)))
    elif isinstance(value, list):
        for name, row in zip(_names(value), value, strict=True):
            found |= _flat(row, (*place, name)) if isinstance(row, Mapping) else {(*place, str(row)): ""}
    else:
        found[place] = str(value)
    return found


def _names(rows: Sequence[Any]) -> list[str]:
    """Return what to call the rows of a table, so that one row has one name in both states."""
    for members in _IDENTITIES:
        names = [_name(row, members) for row in rows]
        if all(names) and len(set(names)) == len(names):
            return names
    return [
        yaml.safe_dump(row, allow_unicode=True, default_flow_style=True, width=1_000).strip() for row in rows
    ]


def _name(row: object, members: Sequence[str]) -> str:
    if not isinstance(row, Mapping) or members[0] not in row:
        return ""
    values = [row.get(member, "-") for member in members]
    return " ".join(" ".join(map(str, v)) if isinstance(v, list) else str(v) for v in values)


def _yaml(path: Path) -> Any:  # noqa: ANN401 - whatever YAML holds
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from error
    head = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    yield from csv.DictReader(lines[head:])
