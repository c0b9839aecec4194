"""``istek knowledge``: looking at what the router knows, and teaching it anew."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.router.classify.linear import FILE, LinearModel
from services.router.domain.matters import Knowledge
from services.router.knowledge.corpus import DEVELOPMENT, TRAINING, load_messages, load_training
from services.router.knowledge.differences import Difference, differences, read_state
from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import FOLDER, load_knowledge
from services.router.knowledge.revisions import folder_of
from services.router.knowledge.statistics import shared_runs
from services.router.learning.review import review

app = typer.Typer(no_args_is_help=True, help="What the router knows.")
app.command()(review)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_SHOWN = 20
_EXAMPLES = 5
_LONGEST = 200

Folder = Annotated[Path, typer.Option(help="Folder of knowledge files.", exists=True, file_okay=False)]


@app.command()
def check(folder: Folder = FOLDER) -> None:
    """Check all knowledge files, the corpus and the classifier against each other; exit code 1 on a fault."""
    try:
        knowledge = load_knowledge(folder)
        learned = load_messages(TRAINING, knowledge)
        kept = load_messages(DEVELOPMENT, knowledge)
        model = LinearModel.load()
        model.check_against(knowledge)
    except KnowledgeError as error:
        _fail(str(error))
    per_code = Counter(code for message in learned for code in message.code)
    least = min(per_code.values(), default=0)
    _out.print(
        f"knowledge {knowledge.version}: {len(knowledge.categories)} categories, "
        f"{len(knowledge.bodies)} bodies, {len(knowledge.dangers)} kinds of danger"
    )
    _out.print(f"corpus: {len(learned)} messages of {len(per_code)} categories, at least {least} of each")
    _out.print(f"development set: {len(kept)} messages; classifier {model.version}")
    overlaps = shared_runs([*learned, *kept])
    for first, second, words in overlaps[:_SHOWN]:
        _out.print(
            f"six words in common: {escape(words)!r} in {escape(first[:60])!r} and {escape(second[:60])!r}"
        )
    if overlaps:
        raise typer.Exit(1)


@app.command()
def show(code: Annotated[str, typer.Argument(help="Category code, e.g. TEM-KNT.")]) -> None:
    """Print what is known of one category: where it goes, how pressing it is, how people put it."""
    try:
        knowledge = load_knowledge()
        category = knowledge.categories_by_code[code]
        learned = [m for m in load_messages(TRAINING, knowledge) if m.code == (code,)]
    except KnowledgeError as error:
        _fail(str(error))
    except KeyError:
        _fail(f"There is no category {code}")
    _out.print(f"{code} {category.title}, {len(learned)} messages")
    table = Table("Body", "Priority", "Legal basis", "Duties, or how it is reached")
    for destination in category.destinations:
        body = knowledge.bodies_by_id[destination.body]
        reached = body.duties or ", ".join(filter(None, (body.phone, body.reached_by)))
        table.add_row(
            body.name, ", ".join(destination.priorities), escape(destination.legal_basis), escape(reached)
        )
    _out.print(table)
    for line in _handling(knowledge, code):
        _out.print(f"  {escape(line)}")
    for message in learned[:_EXAMPLES]:
        _out.print(f"  {message.channel:<16}{message.style:<16}{escape(message.text)}")


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A folder of knowledge files, or a git revision.")],
    new: Annotated[str, typer.Argument(help="The same; without it, the files of this version.")] = str(
        FOLDER
    ),
) -> None:
    """Print what changed between two states of the knowledge, and how many messages of which category."""
    try:
        with folder_of(old) as before, folder_of(new) as after:
            found = differences(read_state(before), read_state(after))
    except KnowledgeError as error:
        _fail(str(error))
    for file, of_file in groupby(found, key=lambda one: one.where[0]):
        _out.print(f"[bold]{escape(file)}[/]")
        for one in of_file:
            _out.print(f"  {escape(_difference(one))}")
    _out.print(f"differences: {len(found)}")


def _difference(one: Difference) -> str:
    place = " ".join(one.where[1:]) or "the whole file"
    match one.what:
        case "added":
            line = f"+ {place}: {one.after}"
        case "removed":
            line = f"- {place}: {one.before}"
        case "changed":
            line = f"~ {place}: {one.before} → {one.after}"
    line = line.removesuffix(": ")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _handling(knowledge: Knowledge, code: str) -> Iterator[str]:
    """Yield what else is known of how matters of one category are handled."""
    handling = knowledge.handling
    yield f"law: {handling.regime_of(code)}"
    if code in handling.place_decides:
        yield "the place decides who is competent; without one the applicant is asked"
    if code in handling.in_writing:
        yield "only in writing"
    if wall := handling.wall_of(code):
        yield f"privacy wall: seen by {wall.seen_by} alone ({wall.why})"
    for row in handling.consultations:
        if row.code == code:
            yield f"{row.role}: {knowledge.bodies_by_id[row.body].name} ({row.why})"
    for question in knowledge.questions.between:
        if code in question.codes:
            yield f"asked between {', '.join(question.codes)}: {question.tr}"


@app.command()
def train(
    report: Annotated[
        Path, typer.Option(help="Folder that receives the model card.", file_okay=False)
    ] = Path("docs"),
) -> None:
    """Train the classifier from the corpus, save it and write its card; needs what developers install."""
    from services.router.classify.card import write_card  # noqa: PLC0415 - needs what only developers have
    from services.router.classify.held_out import at_thresholds  # noqa: PLC0415
    from services.router.classify.training import train as train_model  # noqa: PLC0415

    try:
        knowledge = load_knowledge()
        learned = load_training(knowledge)
        kept = load_messages(DEVELOPMENT, knowledge)
        model, held_out = train_model(learned)
        model.save(FILE)
        thresholds = at_thresholds(model, held_out)
        write_card(
            report, knowledge, model, learned=learned, kept=kept, thresholds=thresholds, say=_out.print
        )
    except KnowledgeError as error:
        _fail(str(error))


def _fail(why: str) -> NoReturn:
    _err.print(escape(why))
    raise typer.Exit(1)
