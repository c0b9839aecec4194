"""Commands of ``istek`` about receipts: check one, renew the key that signs them."""

from pathlib import Path
from typing import Annotated, NoReturn

import httpx
import typer
from joserfc.jwk import KeySet
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.intake.receipts.checking import Fault, check
from services.intake.receipts.signing import KEYS_PATH, read_jwks, rotate
from services.intake.receipts.statement import Statement
from services.intake.receipts.wording import rows
from services.intake.settings import IntakeSettings
from shared.clock import ISTANBUL, system_clock

app = typer.Typer(no_args_is_help=True, add_completion=False)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_FAULTS = {
    Fault.NO_SIGNATURE: "Geçerli değil: bu dosyada imza yok",
    Fault.UNKNOWN_KEY: "Geçerli değil: yayımlanan anahtarlardan biriyle imzalanmamış",
    Fault.CHANGED: "Geçerli değil: belge değişmiş",
}
_KEYS_TIMEOUT_S = 10


@app.command("verify-receipt")
def verify_receipt(
    file: Annotated[Path, typer.Argument(help="A receipt: PDF, .jws or .json.")],
    keys: Annotated[
        str | None,
        typer.Option(help="Published keys: a file or an address; else those of the running intake."),
    ] = None,
) -> None:
    """Check a receipt; exit code 0 if it is genuine, 1 if it is not, 2 when it cannot be checked."""
    source = keys or IntakeSettings().public_url + KEYS_PATH
    try:
        found = check(file.read_bytes(), _keys(source))
    except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        _fail(f"Denetlenemedi: {error}")
    _out.print(_FAULTS[found.fault] if found.fault else "Geçerli")
    if found.statement is not None:
        if found.fault:
            _out.print("Asıl belgede şunlar yazar; elinizdekiyle karşılaştırın:")
        _out.print(_table(found.statement))
    if found.fault:
        raise typer.Exit(1)


@app.command("rotate-receipt-key")
def rotate_receipt_key() -> None:
    """Make a new key for receipts; older ones stay published. Restart intake afterwards."""
    folder = IntakeSettings().receipt_keys
    try:
        name = rotate(folder, system_clock().astimezone(ISTANBUL).year)
    except (OSError, ValueError) as error:
        _fail(f"Anahtar yenilenemedi: {error}")
    _out.print(f"{name} anahtarı {folder} klasöründe. intake yeniden başlayınca bununla imzalar.")


def _keys(source: str) -> KeySet:
    if source.startswith(("http://", "https://")):
        answer = httpx.get(source, timeout=_KEYS_TIMEOUT_S).raise_for_status()
        return read_jwks(answer.content)
    return read_jwks(Path(source).read_bytes())


def _table(statement: Statement) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("Başvuru numarası", escape(statement.number))
    for row in rows(statement):
        words = "\n".join(f"{line.lead} {line.words}".strip() for line in row.lines)
        table.add_row(row.label, escape(words))
    table.add_row("Kayıt özeti", escape(statement.fingerprint))
    return table


def _fail(message: str) -> NoReturn:
    _err.print(message, markup=False)
    raise typer.Exit(2)
