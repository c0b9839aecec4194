"""The command line ``istek``."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from deploy import dlq
from deploy.demo.run import run_demo
from deploy.embedded.errors import StackError
from deploy.embedded.preflight import is_locked
from deploy.embedded.programs import Program, all_programs, select
from deploy.embedded.settings import StackSettings
from deploy.embedded.stack import Stack, end_stack
from services.intake.cli import app as intake_app
from services.router.cli import app as router_app
from services.sla_monitor.cli import app as sla_app
from services.sla_monitor.cli import print_books
from shared.settings import ServiceSettings
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE

app = typer.Typer(no_args_is_help=True, add_completion=False, help="İstek: one stack, one command line.")
app.add_typer(intake_app)
app.add_typer(router_app)
app.add_typer(sla_app)
app.add_typer(dlq.app, name="dlq")
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

ASKED = ("intake", "router", "notifier", "sla_monitor")
"""Services with routes for services."""

Only = Annotated[
    str | None, typer.Option(help="Comma-separated programs to start instead of all, e.g. kafka,mongodb.")
]


@app.command()
def up(only: Only = None) -> None:
    """Start the stack on this machine and keep it running until Ctrl-C."""
    settings = StackSettings()
    programs = select(all_programs(settings), only)
    Stack(settings, programs, say=_out.print).run(
        when_up=lambda: _out.print(
            _table(programs), "Ctrl-C ends everything; logs are in", settings.log_folder
        )
    )


@app.command()
def down() -> None:
    """End the stack that runs on the data folder."""
    if not end_stack(StackSettings(), say=_out.print):
        _out.print("Nothing was running")


@app.command()
def status() -> None:
    """Show which programs answer; exit code 1 when one does not."""
    settings = StackSettings()
    programs = all_programs(settings)
    answering = {program.name: program.ready() for program in programs}
    _out.print(_table(programs, answering))
    if not is_locked(settings):
        _out.print(f"No stack runs on {settings.data}")
    if not all(answering.values()):
        raise typer.Exit(1)


@app.command()
def token(
    service: Annotated[str, typer.Argument(help=f"Who is asked: {', '.join(ASKED)}.")],
) -> None:
    """Print a token, good for a minute, with which an administrator asks a service what is for services."""
    if service not in ASKED:
        raise typer.BadParameter(f"there is no service {service}; choose from {', '.join(ASKED)}")
    try:
        # Alone on its line, so that a shell can put it into a header.
        typer.echo(tokens_of(ServiceSettings(), COMMAND_LINE).token(service))
    except (OSError, ValueError) as error:
        raise StackError(f"no token can be made: {error}") from error


@app.command()
def demo() -> None:
    """Show the system at work: about 40 requests over all five channels; ends by itself in two minutes."""
    books = run_demo(StackSettings(), _out)
    print_books(books, names=20)
    if not books.balanced:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; a `StackError` becomes one line and exit code 1."""
    try:
        app()
    except StackError as error:
        _err.print(f"istek: {error}", markup=False, soft_wrap=True)
        raise SystemExit(1) from None


def _table(programs: list[Program], answering: dict[str, bool] | None = None) -> Table:
    table = Table("Program", Column("Address", no_wrap=True), "What")
    if answering is not None:
        table.add_column("State")
    for program in programs:
        row = [program.name, program.address, program.about]
        if answering is not None:
            row.append("ready" if answering[program.name] else "no answer")
        table.add_row(*row)
    return table


if __name__ == "__main__":
    main()
