"""``istek vault``: keys, erasure, and who looked."""

import asyncio
from functools import partial
from typing import Annotated, Any, NoReturn
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.intake.attachments.rotation import rewrap_unused
from services.intake.attachments.store import AttachmentStore
from services.intake.settings import IntakeSettings
from services.intake.vault.keyfile import RotationRunsError
from services.intake.vault.rotation import Rotation
from services.intake.vault.rotation import rotate as rotate_keys
from services.intake.vault.store import VaultStore
from shared.outcomes import UnavailableError
from shared.storage import Database
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE

app = typer.Typer(no_args_is_help=True, help="Contact data: keys, erasure, who looked.")
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_NOT_FOUND = 404
_LOCAL = "http://127.0.0.1:8000"

Request = Annotated[UUID, typer.Option(help="Id of a request.")]
Address = Annotated[str, typer.Option(envvar="ISTEK_INTAKE_URL", help="Address of the running intake.")]


@app.command()
def rotate() -> None:
    """Put all data keys under a new master key, or go on with that."""
    settings = IntakeSettings()
    if not settings.intake_vault_key and not settings.vault_key_file.exists():
        _fail(f"Anahtar dosyası yok: {settings.vault_key_file}. ISTEK_DATA doğru mu, intake hiç başladı mı?")
    try:
        done = asyncio.run(_rotate(settings))
    except (RotationRunsError, UnavailableError, OSError, ValueError) as error:
        _fail(f"Anahtar değiştirilemedi: {error}")
    if done.begun:
        _out.print(f"Yeni ana anahtar: {done.key_id}")
    _out.print(f"{done.rewrapped} kayıt {done.key_id} anahtarına geçti")
    for request_id in done.unreadable:
        _out.print(f"  açılamadı: {request_id}")
    if done.unreadable:
        raise typer.Exit(1)
    _out.print(_old_keys(settings, done))


@app.command()
def looks(request: Request, intake_url: Address = _LOCAL) -> None:
    """List who looked at a request's contact data, when and what for."""
    table = Table("Zaman", "Kim", "Amaç", "Bulundu")
    for look in _ask("GET", intake_url, f"{request}/looks")["looks"]:
        who = " · ".join(name for name in (look["service"], look.get("person")) if name)
        table.add_row(look["at"], who, look["purpose"], "evet" if look["found"] else "hayır")
    _out.print(table)


@app.command()
def erase(
    request: Request,
    intake_url: Address = _LOCAL,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy the keys of a request's applicant: nobody can read that contact data ever again."""
    reached = _ask("GET", intake_url, f"{request}/person")["request_ids"]
    if not reached:
        _out.print("Silinecek iletişim bilgisi yok")
        return
    _out.print(f"Bu kişinin {len(reached)} başvurusu:")
    for request_id in reached:
        _out.print(f"  {request_id}")
    if not yes:
        typer.confirm("İletişim bilgileri geri gelmemek üzere silinsin mi?", abort=True)
    erased = _ask("DELETE", intake_url, f"{request}/person")["request_ids"]
    _out.print(f"{len(erased)} başvurunun iletişim bilgisi silindi")


async def _rotate(settings: IntakeSettings) -> Rotation:
    database = Database.connect(settings.mongodb, settings.intake_database)
    try:
        return await rotate_keys(
            VaultStore(database),
            settings.vault_keys(),
            others=[partial(rewrap_unused, AttachmentStore(database))],
        )
    finally:
        await database.close()


def _old_keys(settings: IntakeSettings, done: Rotation) -> str:
    if settings.intake_vault_key:
        return "Bir daha çalıştırınca 0 kayıt geçiyorsa eski anahtarları ISTEK_INTAKE_VAULT_KEY'den çıkarın"
    if done.finished:
        return "Eski anahtarlar yok edildi"
    return "Eski anahtar duruyor; bir dakika sonra yeniden çalıştırın, boşta kaldıysa yok edilir"


def _ask(method: str, intake_url: str, path: str) -> Any:  # noqa: ANN401 - JSON
    address = f"{intake_url.rstrip('/')}/internal/v1/vault/{path}"
    try:
        auth = tokens_of(IntakeSettings(), COMMAND_LINE).at("intake")
        answer = httpx.request(method, address, auth=auth, timeout=30, trust_env=False)
        if answer.status_code == _NOT_FOUND:
            _fail("Böyle bir başvuru yok")
        answer.raise_for_status()
    except httpx.HTTPError as error:
        _fail(f"intake yanıt vermedi: {error}")
    except (OSError, ValueError) as error:
        _fail(f"Komut satırının servis anahtarı okunamadı: {error}")
    return answer.json()


def _fail(why: str) -> NoReturn:
    _err.print(escape(why))
    raise typer.Exit(2)
