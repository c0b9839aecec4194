"""The router's part of the command line ``istek``."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, NoReturn

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.router.batch import QuestionsError, read_questions, write_answers
from services.router.classify.judging import readable, request_of
from services.router.deciding import Decider
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Split, Triaged, Verdict
from services.router.knowledge.files import KnowledgeError
from services.router.knowledge_cli import app as knowledge_app
from services.router.settings import RouterSettings
from shared.contracts.chain import first_break
from shared.contracts.decisions import Candidate, Decision, Matter
from shared.contracts.vocabulary import Channel, Priority
from shared.text.folding import clean
from shared.text.masking import mask_personal
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(knowledge_app, name="knowledge")
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_SHOWN_BREAKS = 5
_PRIORITIES = {
    Priority.EMERGENCY: "can tehlikesi, hemen",
    Priority.URGENT: "aynı gün",
    Priority.NORMAL: "olağan",
    Priority.PETITION: "dilekçe",
    Priority.INFORMATION: "bilgi",
}


_ROLES = {"consulted": "görüşü sorulur", "informed": "bilgi verilir"}
_ASKED = {"applicant": "başvurana", "desk": "masaya"}
_READ_AS = {"subject": "konu", "danger": "tehlike", "place": "yer"}


@app.command()
def route(
    explain: Annotated[str | None, typer.Option(help="A message, as a resident would write it.")] = None,
    batch: Annotated[
        Path | None, typer.Option(help="CSV with columns id, channel, text.", exists=True, dir_okay=False)
    ] = None,
    channel: Annotated[Channel, typer.Option(help="The door --explain comes through.")] = Channel.WEB,
) -> None:
    """Print where a message would go and why, or a CSV of where many would; needs no broker nor database."""
    if (explain is None) == (batch is None):
        _fail('Bir metin ya da bir dosya verin: --explain "Sokağımızda çöp birikti" ya da --batch dosya.csv')
    settings = RouterSettings()
    try:
        decide = Decider.load(settings.router_knowledge, threshold=settings.router_threshold)
        if batch is not None:
            write_answers(decide, read_questions(batch), sys.stdout)
    except (KnowledgeError, QuestionsError) as error:
        _fail(str(error))
    if explain is not None:
        text = readable(mask_personal(clean(explain)))
        if not text:
            _fail('Yazılacak bir metin verin: --explain "Sokağımızda çöp birikti"')
        _print_verdict(text, decide([request_of(text, channel)])[0])


@app.command("verify-chain")
def verify_chain(
    router_url: Annotated[
        str, typer.Option(envvar="ISTEK_ROUTER_URL", help="Address of the running router.")
    ] = "http://127.0.0.1:8001",
    file: Annotated[
        Path | None, typer.Option(help="Read stored events from this NDJSON file instead.", exists=True)
    ] = None,
) -> None:
    """Check every request's hash chain; exit code 1 when one is broken, 2 when the events cannot be read."""
    try:
        lines = _lines_of(file) if file else _lines_from(router_url)
        requests, events, broken = _check(json.loads(line) for line in lines if line.strip())
    except (OSError, UnicodeDecodeError, httpx.HTTPError) as error:
        _fail(f"Olaylar okunamadı: {error}")
    except (ValueError, KeyError, TypeError, AttributeError):
        _fail("Olaylar okunamadı: satırlar olay biçiminde değil")
    _out.print(f"{requests} başvuru, {events} olay denetlendi: {len(broken)} kırık zincir")
    for request_id, fault in list(broken.items())[:_SHOWN_BREAKS]:
        _out.print(f"  {escape(request_id)}: {escape(fault)}")
    if len(broken) > _SHOWN_BREAKS:
        _out.print(f"  … ve {len(broken) - _SHOWN_BREAKS} başvuru daha")
    if broken:
        raise typer.Exit(1)


def _check(events: Iterable[Mapping[str, Any]]) -> tuple[int, int, dict[str, str]]:
    """Return the number of requests and events, and what is wrong by request id."""
    requests = total = 0
    broken = {}
    for request_id, group in groupby(events, key=lambda event: str(event["request_id"])):
        history = list(group)
        requests, total = requests + 1, total + len(history)
        fault = _fault(history)
        if fault:
            broken[request_id] = fault
    return requests, total, broken


def _fault(history: list[Mapping[str, Any]]) -> str | None:
    try:
        return first_break(history)
    except KeyError as missing:
        return f"an event has no member {missing}"


def _lines_of(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from lines


def _lines_from(router_url: str) -> Iterator[str]:
    auth = tokens_of(RouterSettings(), COMMAND_LINE).at("router")
    url = f"{router_url.rstrip('/')}/internal/v1/chain"
    with httpx.stream("GET", url, auth=auth, timeout=30) as response:
        response.raise_for_status()
        yield from response.iter_lines()


def _print_verdict(text: str, verdict: Verdict) -> None:
    decision = verdict.decision
    rows = [
        ("Metin", _with_readings(text, decision)),
        ("Sonuç", _outcome(verdict)),
        *(("Ayrı konu", _matter(text, matter)) for matter in decision.matters),
        ("Konu", _named(decision.chosen)),
        ("İkinci", _named(decision.runner_up) if decision.runner_up else "yok"),
        *(("Diğer", _named(candidate)) for candidate in decision.alternatives),
        ("Güven", f"{_share(decision.chosen.confidence)}; eşik {_share(decision.threshold)}"),
        ("Öncelik", _PRIORITIES[decision.priority]),
        ("Dayanak", decision.legal_basis or "yok"),
        *(("Usul", line) for line in _legal(decision)),
        *(("Görüş", f"{c.body} ({_ROLES[c.role]}): {c.why}") for c in decision.consulted),
        *([("Gizlilik", f"yalnız {decision.seen_only_by} açar")] if decision.seen_only_by else []),
        *([("Soru", f"{_ASKED[q.ask]}: {q.tr}")] if (q := decision.question) else []),
        *(("Değişirdi", change.text) for change in decision.changes),
        ("Kural", ", ".join((decision.rule, *decision.rules))),
        ("Bakılanlar", ", ".join(f"{name}={value}" for name, value in decision.inputs.items())),
        ("Sürümler", f"bilgi {decision.knowledge_version}, model {decision.model_version}"),
    ]
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in rows:
        table.add_row(f"[bold]{name}[/]", escape(value))
    _out.print(table)


def _with_readings(text: str, decision: Decision) -> str:
    """Return the text with every stretch that was read set off, and what it was read as."""
    shown, at = [], 0
    for reading in decision.readings:
        if reading.start < at:  # within what was set off before
            continue
        stretch = text[reading.start : reading.end]
        shown += [text[at : reading.start], f"[{stretch} | {_READ_AS[reading.what]}]"]
        at = reading.end
    return "".join([*shown, text[at:]])


def _matter(text: str, matter: Matter) -> str:
    return f"{_named(matter.candidate)}, {_PRIORITIES[matter.priority]}: {text[matter.start : matter.end]}"


def _legal(decision: Decision) -> Iterator[str]:
    if legal := decision.legal:
        yield f"{legal.basis}{'; yazılı başvuru gerekir' if legal.in_writing else ''}"
        if legal.elements_missing:
            yield f"eksik: {', '.join(legal.elements_missing)}"


def _outcome(verdict: Verdict) -> str:
    match verdict:
        case Assigned(department_name=name):
            return f"Müdürlüğe gider: {name}"
        case Forwarded(authority=authority, phone=phone):
            return f"Başka kuruma iletilir: {authority}" + (f", {phone}" if phone else "")
        case NotExamined(article=article):
            return f"İncelenmez: {article}"
        case Triaged(reason=reason):
            return f"Bir kişi karar verir: {reason}"
        case Split(parts=parts):
            return "Ayrı ayrı gider: " + "; ".join(_outcome(part) for part in parts)


def _named(candidate: Candidate) -> str:
    code, title = candidate.category_code, candidate.category_title
    return f"{code} {title} → {candidate.body} ({_share(candidate.confidence)})"


def _share(figure: float) -> str:
    return f"%{figure * 100:.0f}"


def _fail(why: str) -> NoReturn:
    _err.print(escape(why))
    raise typer.Exit(2)
