"""A review shows what corrections teach and what learning it would change, and changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.router.classify import training
from services.router.classify.judging import request_of
from services.router.classify.linear import LinearModel
from services.router.classify.training import train
from services.router.cli import app
from services.router.deciding import Decider
from services.router.domain.by_hand import ReasonCode
from services.router.domain.corrections import Correction, Said
from services.router.domain.learning import harvest
from services.router.domain.past import DecisionMade, PastDecision
from services.router.knowledge.corpus import Message, load_messages
from services.router.knowledge.loader import load_knowledge
from services.router.learning.lessons import lessons
from services.router.learning.source import Source, SourceError
from services.router.learning.what_if import what_if
from shared.contracts.vocabulary import Channel, Priority

RUN = CliRunner()
AUTH = httpx.BasicAuth("router", "")
NOW = datetime.now(UTC).replace(microsecond=0)
KNOWLEDGE = load_knowledge()
WRONG = KNOWLEDGE.candidate("TEM-KNT", "temizlik", 0.71)
RIGHT = KNOWLEDGE.candidate("PRK-BKM", "park", 1)
NEW = "Salıncağın zinciri kopmak üzere diye üç kez yazdım, bu sefer de Lale bahçesinin oradaki"
TAUGHT = "Üç gündür sokağımızdan çöp alınmıyor"


def correction(number: int = 1, text: str = NEW, **changes: object) -> Correction:
    said = Said(
        at=NOW,
        candidate=WRONG,
        sent=False,
        rule="below-threshold",
        knowledge_version="k",
        model_version="m",
    )
    return Correction(
        request_id=f"{number:08}-0000-4000-8000-000000000000",
        channel=Channel.MOBILE,
        text=text,
        said=said,
        chosen=RIGHT,
        priority=Priority.NORMAL,
        reason_code=ReasonCode.WRONG_BODY,
        reason="Park işi",
        staff="p-1",
        at=NOW,
    ).model_copy(update=changes)


def past(text: str = "Parkta lamba yanmıyor") -> PastDecision:
    request = request_of(text, Channel.WEB)
    return PastDecision(request=request, decision=Decider.load()([request])[0].decision)


def message(text: str, code: str = "TEM-TOP", body: str = "temizlik") -> Message:
    return Message(
        code=(code,),
        body=(body,),
        priority=Priority.NORMAL,
        channel=Channel.WEB,
        style="plain",
        text=text,
    )


def test_a_proposal_becomes_a_message_that_says_how_hard_it_was() -> None:
    proposals = harvest([correction(), correction(2, "Çim biçilmiyor", said=right())], KNOWLEDGE).proposals
    hard, plain = (lesson.message for lesson in lessons(proposals, []))
    assert (hard.code, hard.body, hard.style) == (("PRK-BKM",), ("park",), "near_miss")
    assert (hard.channel, hard.priority, hard.text) == (Channel.MOBILE, Priority.NORMAL, NEW)
    assert plain.style == "plain"


def right() -> Said:
    return correction().said.model_copy(update={"candidate": RIGHT})


def test_what_is_known_already_teaches_nothing() -> None:
    texts = (
        "Bugün de üç gündür sokağımızdan çöp alınmıyor, yazık bize",
        "ÇÖP alınmadı",
        "Bu ise daha önce hiç söylenmemiş bir söz",
    )
    proposals = harvest([correction(n, text) for n, text in enumerate(texts)], KNOWLEDGE).proposals
    known = [message("bugün de üç gündür sokağımızdan çöp alınmıyor"), message("çöp alınmadı")]
    assert [lesson.message.text for lesson in lessons(proposals, known)] == [texts[2]]


def test_of_two_requests_that_say_the_same_one_is_learned() -> None:
    texts = (NEW, f"Merhaba. {NEW}, sağ olun")
    proposals = harvest([correction(n, text) for n, text in enumerate(texts)], KNOWLEDGE).proposals
    assert len(lessons(proposals, [])) == 1


def test_another_classifier_is_compared_request_by_request() -> None:
    other, _ = train(
        [
            message(text, code, body)
            for code, body, texts in (
                ("PRK-BKM", "park", ("çim biçilmiyor", "park bakımsız", "ağaçlar kuru", "çimler", "bahçe")),
                ("TEM-TOP", "temizlik", ("çöp alınmadı", "çöpler duruyor", "çöp kaldı", "çöp", "süprüntü")),
            )
            for text in texts
        ]
        + [
            Message(
                code=("PRK-BKM", "TEM-TOP"),
                body=("park", "temizlik"),
                priority=Priority.EMERGENCY,
                channel=Channel.WEB,
                style="two_subjects",
                text=text,
            )
            for text in ("çim ve çöp", "çöp ile park", "bahçe, bir de çöp", "ağaç, çöp")
        ]
    )
    model = LinearModel.load()
    kept = [message(TAUGHT)]
    decisions = [past(), past("Sokağımızdaki çöp konteyneri taşmış, etrafa çöp saçılmış")]
    same = what_if(KNOWLEDGE, model, model, kept=kept, past=decisions)
    assert (same.today, same.moved) == (same.then, ())
    found = what_if(KNOWLEDGE, model, other, kept=kept, past=decisions)
    assert found.today.count == found.then.count == 1
    assert {moved.past.request.description for moved in found.moved} <= {
        p.request.description for p in decisions
    }
    assert any(moved.today != moved.then for moved in found.moved)


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router with two corrections; training gives today's model again."""
    made = [DecisionMade(at=NOW, category_code="TEM-KNT")] * 4
    monkeypatch.setattr(Source, "corrections", lambda _: [correction(1), correction(2, TAUGHT)])
    monkeypatch.setattr(Source, "decisions", lambda _, since: [m for m in made if m.at >= since])
    monkeypatch.setattr(Source, "last_decisions", lambda _, count: [past()][:count])
    monkeypatch.setattr(training, "train", lambda messages: (LinearModel.load(), len(messages)))


@pytest.mark.usefixtures("router")
def test_the_review_shows_proposals_drift_and_what_if() -> None:
    result = RUN.invoke(app, ["knowledge", "review"])
    assert result.exit_code == 0, result.output
    assert "proposals: 1, from 2 corrections" in result.stdout
    assert "00000001  PRK-BKM at park, normal (wrong-body); the router: TEM-KNT" in result.stdout
    assert "1 more say what the corpus or the development set says already" in result.stdout
    assert "50.0 %" in result.stdout
    assert "TEM-KNT 2/4" in result.stdout
    assert "0 of the last 1 requests would go elsewhere" in result.stdout


@pytest.mark.usefixtures("router")
def test_what_is_accepted_is_a_file_of_the_corpus_form_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "from_corrections.csv"
    result = RUN.invoke(app, ["knowledge", "review", "--only", "00000001", "--accept", str(file)])
    assert result.exit_code == 0, result.output
    assert "take out names" in result.stdout
    (learned,) = load_messages(tmp_path, KNOWLEDGE)
    assert (learned.labels, learned.text) == ((("PRK-BKM", "park"),), NEW)
    again = RUN.invoke(app, ["knowledge", "review", "--accept", str(file)])
    assert (again.exit_code, "exists" in again.stderr) == (1, True)


@pytest.mark.usefixtures("router")
def test_a_proposal_that_is_none_is_named() -> None:
    result = RUN.invoke(app, ["knowledge", "review", "--only", "99"])
    assert result.exit_code == 1
    assert "There is no proposal 99" in result.stderr


def test_a_router_that_is_away_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISTEK_DATA", str(tmp_path))
    result = RUN.invoke(app, ["knowledge", "review", "--router-url", "http://127.0.0.1:1"])
    assert result.exit_code == 1
    assert "http://127.0.0.1:1/internal/v1/corrections cannot be read" in result.stderr


def test_lines_come_back_as_they_were_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = serve(monkeypatch, correction().model_dump_json() + "\n")
    assert Source("http://router/", AUTH).corrections() == [correction()]
    made = DecisionMade(at=NOW - timedelta(days=1), category_code="TEM-KNT")
    serve(monkeypatch, made.model_dump_json(), asked)
    (found,) = Source("http://router", AUTH).decisions(NOW - timedelta(weeks=1))
    assert found.category_code == "TEM-KNT"
    serve(monkeypatch, past().model_dump_json(), asked)
    assert Source("http://router", AUTH).last_decisions(5) == [past()]
    assert [url.path for url in asked] == [
        "/internal/v1/corrections",
        "/internal/v1/decisions",
        "/internal/v1/decisions/last",
    ]
    assert asked[2].params["count"] == "5"


def test_lines_of_another_kind_are_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, '{"merhaba": 1}')
    with pytest.raises(SourceError, match="another version"):
        Source("http://router", AUTH).corrections()


def serve(
    monkeypatch: pytest.MonkeyPatch, body: str, asked: list[httpx.URL] | None = None
) -> list[httpx.URL]:
    """Answer every request with ``body`` and return where requests went."""
    heard = asked if asked is not None else []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request.url)
        return httpx.Response(200, text=body)

    def stream(method: str, url: str, **options: Any) -> Any:  # noqa: ANN401 - as httpx has it
        client = httpx.Client(transport=httpx.MockTransport(answer))
        return client.stream(method, url, **options)

    monkeypatch.setattr(httpx, "stream", stream)
    return heard
