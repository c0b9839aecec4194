"""``istek keys``: who may post."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from services.intake.clients.api_keys import hash_of, new_key
from services.intake.clients.grants import Grant, is_client_name
from services.intake.clients.register import REFRESH_S
from services.intake.clients.store import GrantStore
from services.intake.settings import IntakeSettings
from shared.clock import ISTANBUL, system_clock
from shared.contracts.departments import department_slugs
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.storage import Database

app = typer.Typer(
    no_args_is_help=True, help="API keys of channel frontends and of directorates' systems: who may post."
)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
T = TypeVar("T")


@app.command()
def create(
    client: Annotated[str, typer.Argument(help="Name of the frontend or system, e.g. cagri-merkezi.")],
    channel: Annotated[
        list[Channel] | None, typer.Option(help="A channel it may use; may be given again.")
    ] = None,
    department: Annotated[
        list[str] | None,
        typer.Option(help="A directorate it may send answers' files for, by slug; may be given again."),
    ] = None,
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day on which the key counts.")
    ] = None,
) -> None:
    """Make a key and show it once. A client keeps its older keys, so that it can change over."""
    if not is_client_name(client):
        _fail(
            f"“{client}” istemci adı olamaz: a–z, 0–9 ve tire, en çok 40 karakter; “api” ve “form” ayrılmış"
        )
    channels, departments = frozenset(channel or ()), frozenset(department or ())
    if not channels | departments:
        _fail("en az bir --channel ya da --department verin")
    if unknown := departments - department_slugs():
        _fail(f"böyle bir müdürlük yok: {', '.join(sorted(unknown))}")
    last_day = expires.date() if expires else None
    if last_day and last_day < _today():
        _fail(f"{last_day} geçmişte kaldı")
    key = new_key()
    grant = Grant(hash_of(key), client, channels, _today(), last_day, departments=departments)
    _with_store(lambda store: store.add(grant))
    # The key alone on standard output, so that a script can put it where it belongs.
    _out.print(key)
    _err.print(f"Anahtar {grant.key_id}, istemci {client}. Bir daha gösterilmez, şimdi saklayın.")
    _err.print(f"En geç {REFRESH_S:.0f} saniye sonra geçerli olur.")


@app.command("list")
def list_keys() -> None:
    """List all keys; the keys themselves are stored nowhere."""
    table = Table(
        Column("Anahtar", no_wrap=True),
        "İstemci",
        "Kanallar, müdürlükler",
        "Verildi",
        "Son kullanım",
        "Durum",
    )
    for grant in _with_store(GrantStore.all):
        table.add_row(
            grant.key_id,
            grant.client,
            ", ".join([*sorted(grant.channels), *sorted(grant.departments)]),
            str(grant.created_on),
            str(grant.last_used_on or "-"),
            _state(grant),
        )
    _out.print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `istek keys list` shows it.")],
) -> None:
    """Take a key back. What it posted stays."""
    found = [grant for grant in _with_store(GrantStore.all) if grant.key_id == key_id]
    if not found:
        _fail(f"{key_id} diye bir anahtar yok; istek keys list ile bakın")
    grant = found[0]
    if grant.revoked_on is None:
        _with_store(lambda store: store.revoke(grant.key_hash, _today()))
    _out.print(f"{key_id} ({grant.client}) iptal edildi; en geç {REFRESH_S:.0f} saniye sonra reddedilir")


def _state(grant: Grant) -> str:
    if grant.revoked_on:
        return f"iptal {grant.revoked_on}"
    if grant.expires_on is None:
        return "geçerli"
    return f"{'son gün' if grant.holds_on(_today()) else 'süresi doldu'} {grant.expires_on}"


def _today() -> date:
    return system_clock().astimezone(ISTANBUL).date()


def _with_store(work: Callable[[GrantStore], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = IntakeSettings()
        database = Database.connect(settings.mongodb, settings.intake_database)
        try:
            return await work(GrantStore(database))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except UnavailableError as error:
        _fail(f"Veritabanına ulaşılamadı: {error}")


def _fail(why: str) -> NoReturn:
    _err.print(escape(why))
    raise typer.Exit(2)
