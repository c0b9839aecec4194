"""``istek books`` and ``istek deadline``."""

import asyncio
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, NoReturn

import httpx
import typer

from services.sla_monitor.books import take_books
from services.sla_monitor.calendar.turkish import load_calendar
from services.sla_monitor.domain.business_calendar import OutsideCalendarError
from services.sla_monitor.domain.deadlines import Deadline, derive_deadlines
from services.sla_monitor.domain.policies import NoPolicyError
from services.sla_monitor.policies.loader import load_policies
from services.sla_monitor.settings import SlaMonitorSettings
from shared.books import Books
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Priority, Regime
from shared.datafiles import DataFileError
from shared.outcomes import UnavailableError
from shared.web.formats import date_long, moment_long
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE

app = typer.Typer(no_args_is_help=True, help="Books and deadlines.")

_OFFICE_OPENS = time(9, 0)


@app.command()
def books(
    names: Annotated[int, typer.Option(help="How many missing ids to print at most.")] = 20,
    settle: Annotated[float, typer.Option(help="Seconds to give requests that are on their way.")] = 2.0,
) -> None:
    """Say whether every accepted request stands somewhere, and name those that do not."""
    try:
        taken = asyncio.run(_take_books(settle))
    except (UnavailableError, OSError, ValueError) as error:
        _fail(f"The books cannot be taken: {error}")
    print_books(taken, names)
    if not taken.balanced:
        raise typer.Exit(1)


@app.command()
def deadline(
    regime: Annotated[Regime, typer.Option(help="The law whose clock runs.")],
    received: Annotated[str, typer.Option(help="Local day or moment: 2026-04-16 or 2026-04-16T14:32.")],
    priority: Annotated[
        Priority, typer.Option(help="Class whose internal target applies.")
    ] = Priority.NORMAL,
    policies: Annotated[
        Path | None, typer.Option(help="Folder of policies; else ISTEK_SLA_POLICIES.")
    ] = None,
) -> None:
    """Print step by step how both deadlines of a request are reached. Needs no broker and no database."""
    settings = SlaMonitorSettings()
    try:
        both = derive_deadlines(
            regime,
            priority,
            _moment(received),
            load_policies(policies or settings.sla_policies),
            load_calendar(settings.sla_leave),
        )
    except (DataFileError, NoPolicyError, OutsideCalendarError) as error:
        _fail(str(error))
    _print_deadline("Yasal süre", both.legal)
    typer.echo()
    _print_deadline("İç hedef", both.internal)


async def _take_books(settle_s: float) -> Books:
    settings = SlaMonitorSettings()
    async with httpx.AsyncClient(trust_env=False) as client:
        return await take_books(
            client,
            tokens_of(settings, COMMAND_LINE),
            intake_url=settings.intake_url,
            router_url=settings.router_url,
            settle_s=settle_s,
        )


def print_books(taken: Books, names: int) -> None:
    """Print the books, naming at most ``names`` of what is missing and what is unknown."""
    for state, count in taken.by_state.items():
        typer.echo(f"{state:<14}{count:>9}")
    typer.echo(f"{'accepted':<14}{taken.accepted:>9}")
    for what, ids in (("missing", taken.missing), ("unknown", taken.unknown)):
        for request_id in ids[:names]:
            typer.echo(f"{what}  {request_id}")
        if len(ids) > names:
            typer.echo(f"{what}  … and {len(ids) - names} more")
    verdict = "balanced" if taken.balanced else "NOT balanced"
    typer.echo(f"{verdict}: missing {len(taken.missing)}, unknown {len(taken.unknown)}")


def _print_deadline(title: str, shown: Deadline) -> None:
    typer.echo(f"{title}: {moment_long(shown.due_at)}")
    for step in shown.steps:
        at = moment_long(step.at) if isinstance(step.at, datetime) else date_long(step.at)
        typer.echo(f"  {at:<32}  {step.text}")
    if shown.due_unrolled != shown.due_at:
        typer.echo(f"  Tatil olmasaydı: {moment_long(shown.due_unrolled)}")
    typer.echo(f"  Politika {shown.policy}, takvim {shown.calendar}")


def _moment(text: str) -> datetime:
    """Return a local moment; a day alone stands for the opening of the office."""
    try:
        if "T" in text or " " in text:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=ISTANBUL)
        return datetime.combine(date.fromisoformat(text), _OFFICE_OPENS, ISTANBUL)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a day (2026-04-16) nor a moment (2026-04-16T14:32)", param_hint="--received"
        ) from None


def _fail(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)
