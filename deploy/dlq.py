"""``istek dlq``: what could not be processed, read and put back."""

import asyncio
import json
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from deploy.embedded.errors import StackError
from shared.messaging.dead_letters import DeadLetter, read_dead_letters, settle
from shared.messaging.publisher import Publisher
from shared.outcomes import UnavailableError
from shared.settings import ServiceSettings
from shared.text.masking import mask_personal

app = typer.Typer(no_args_is_help=True, help="Records that could not be processed.")
_out = Console(highlight=False)

Source = Annotated[str, typer.Argument(help="Where the record came from, topic/partition/offset.")]
Service = Annotated[str | None, typer.Option(help="Only records that this service parked.")]


@app.command("list")
def show_all(
    service: Service = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was replayed or dropped.")] = False,
) -> None:
    """List what is parked, oldest first."""
    letters = [d for d in _read(service) if everything or d.state == "parked"]
    if not letters:
        _out.print("Nothing is parked")
        return
    table = Table("Source", "Reason", "Attempts", "Parked", "State")
    for letter in letters:
        table.add_row(letter.source, letter.reason, str(letter.attempts), letter.parked_at, letter.state)
    _out.print(table)


@app.command()
def show(
    source: Source, raw: Annotated[bool, typer.Option(help="Do not mask personal data.")] = False
) -> None:
    """Print one record: its cause, headers and value."""
    letter = _find(source)
    headers = {k: (v or b"").decode("utf-8", "replace") for k, v in letter.headers}
    value = (letter.value or b"").decode("utf-8", "replace")
    text = json.dumps({"state": letter.state, "headers": headers}, indent=2, ensure_ascii=False)
    for part in (text, value):
        print(part if raw else mask_personal(part))


@app.command()
def replay(
    source: Annotated[str | None, typer.Argument(help="One record; without it, give --all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is parked.")] = False,
    service: Service = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many with --all.")] = 1_000,
    again: Annotated[bool, typer.Option(help="Also one that was replayed before.")] = False,
) -> None:
    """Put parked records back on their topics, once their cause is mended."""
    if (source is None) is not everything:
        raise StackError("name one SOURCE or give --all")
    if source is not None:
        letter = _find(source)
        if letter.state != "parked" and not again:
            raise StackError(f"{source} was {letter.state} before; give --again to do it once more")
        letters = [letter]
    else:
        letters = [d for d in _read(service) if d.state == "parked"][:limit]
    _settle(letters, "replay")
    _out.print(f"{len(letters)} put back")


@app.command()
def drop(source: Source) -> None:
    """Give one record up for good. It stays readable until its topic forgets it."""
    _settle([_find(source)], "drop")
    _out.print("1 dropped")


def _read(service: str | None = None) -> list[DeadLetter]:
    return asyncio.run(read_dead_letters(ServiceSettings().kafka, service))


def _find(source: str) -> DeadLetter:
    for letter in _read():
        if letter.source == source:
            return letter
    raise StackError(f"nothing is parked from {source}; `istek dlq list --all` shows what is")


def _settle(letters: list[DeadLetter], how: Literal["replay", "drop"]) -> None:
    async def settle_all() -> None:
        publisher = Publisher(ServiceSettings().kafka, client_id="istek-dlq")
        await publisher.start()
        try:
            for letter in letters:
                await settle(publisher, letter, how)
        finally:
            await publisher.stop()

    try:
        asyncio.run(settle_all())
    except UnavailableError as error:
        raise StackError(f"{error}; is the system running?") from error
