"""Intake's part of the command line ``istek``."""

import typer

from services.intake.clients.cli import app as keys_app
from services.intake.receipts.cli import app as receipts_app
from services.intake.vault.cli import app as vault_app

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(receipts_app)
app.add_typer(vault_app, name="vault")
app.add_typer(keys_app, name="keys")
