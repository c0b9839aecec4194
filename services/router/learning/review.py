"""``istek knowledge review``: what people's corrections teach, and what learning it would change.

It changes nothing. What a person finds worth learning is written to a file in the corpus' form; that person
reads it, takes out names, puts it beside the other messages and trains.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from services.router.classify.linear import LinearModel
from services.router.domain.learning import harvest, weekly
from services.router.knowledge.corpus import DEVELOPMENT, load_messages, load_training, write_messages
from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import load_knowledge
from services.router.learning.lessons import Lesson, lessons
from services.router.learning.printing import print_drift, print_proposals, print_what_if
from services.router.learning.source import Source, SourceError
from services.router.learning.what_if import what_if
from services.router.settings import RouterSettings
from shared.clock import system_clock
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE

_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


def review(
    router_url: Annotated[
        str, typer.Option(envvar="ISTEK_ROUTER_URL", help="Address of the running router.")
    ] = "http://127.0.0.1:8001",
    last: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many of the latest requests to decide anew.")
    ] = 500,
    weeks: Annotated[int, typer.Option(min=1, help="How many weeks of drift to show.")] = 8,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Request id of a proposal, or its beginning; repeat it. Without: all."),
    ] = None,
    accept: Annotated[
        Path | None, typer.Option(help="New CSV file that receives the proposals.", dir_okay=False)
    ] = None,
) -> None:
    """Print what corrections propose, how the router drifts, and what accepting would change."""
    from services.router.classify import training  # noqa: PLC0415 - needs what only developers have

    if accept is not None and accept.exists():
        _fail(f"{accept} exists; name a new file")
    try:
        source = Source(router_url, tokens_of(RouterSettings(), COMMAND_LINE).at("router"))
        knowledge = load_knowledge()
        corpus, kept = load_training(knowledge), load_messages(DEVELOPMENT, knowledge)
        corrections = source.corrections()
        found = harvest(corrections, knowledge)
        proposed = _chosen(lessons(found.proposals, [*corpus, *kept]), only)
        print_proposals(_out, proposed, found)
        print_drift(_out, weekly(source.decisions(system_clock() - timedelta(weeks=weeks)), corrections))
        if not proposed:
            return
        taught = {lesson.proposal.correction.request_id for lesson in proposed}
        past = [p for p in source.last_decisions(last) if str(p.request.request_id) not in taught]
        model = LinearModel.load()
        if model.corpus != training.corpus_version(corpus):
            _out.print(
                "The classifier is not of this corpus: without `make knowledge` first, both changes show"
            )
        _out.print("Training a candidate; that takes minutes, and nothing is stored")
        candidate, _ = training.train([*corpus, *(lesson.message for lesson in proposed)])
        threshold = RouterSettings().router_threshold
        changed = what_if(knowledge, model, candidate, kept=kept, past=past, threshold=threshold)
    except (KnowledgeError, SourceError, OSError) as error:
        _fail(str(error))
    print_what_if(_out, changed, looked_at=len(past))
    if accept is not None:
        _write(proposed, accept)


def _chosen(found: Sequence[Lesson], only: Sequence[str] | None) -> list[Lesson]:
    """Return the lessons that were asked for by the beginnings of their request ids."""
    if not only:
        return list(found)
    ids = [lesson.proposal.correction.request_id for lesson in found]
    for beginning in only:
        if not any(i.startswith(beginning) for i in ids):
            _fail(f"There is no proposal {beginning}")
    return [lesson for lesson, i in zip(found, ids, strict=True) if i.startswith(tuple(only))]


def _write(proposed: Sequence[Lesson], path: Path) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            write_messages((lesson.message for lesson in proposed), file)
    except OSError as error:
        _fail(f"{path} cannot be written: {error}")
    _out.print(
        f"{len(proposed)} messages in {escape(str(path))}. Read each of them, take out names and addresses, "
        "move the file into services/router/knowledge/messages, then run `make knowledge`."
    )


def _fail(why: str) -> NoReturn:
    _err.print(escape(why))
    raise typer.Exit(1)
