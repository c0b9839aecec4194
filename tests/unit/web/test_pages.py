import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from shared.web.frame import install_frame
from shared.web.frame_texts import FRAME_TEXTS
from shared.web.pages import Pages
from shared.web.security import content_security_policy
from shared.web.settings import WebSettings
from shared.web.static_files import SHARED_STATIC, Assets

TEMPLATE = """
{% extends "frame_citizen.html" %}
{% block title %}{{ t("hello", name=name) }}{% endblock %}
{% block main %}<h1>{{ t("hello", name=name) }}</h1>{{ at | dative }}{% endblock %}
"""
TEXTS = {"tr": {"hello": "Merhaba {name}"}, "en": {"hello": "Hello {name}"}}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("service")
    (folder / "pages/templates").mkdir(parents=True)
    (folder / "pages/static").mkdir()
    (folder / "pages/static/own.js").write_text("1")
    (folder / "pages/templates/hello.html").write_text(TEMPLATE)
    (folder / "pages/templates/gap.html").write_text("{{ nothing }}")
    settings = WebSettings(
        municipality="Başka Belediyesi", tile_url="https://tiles.example/{z}/{x}/{y}.png", hsts_seconds=60
    )
    return Pages(folder, texts=TEXTS, settings=settings)


@pytest.fixture(scope="module")
def client(pages: Pages) -> TestClient:
    app = FastAPI()

    @app.get("/hello")
    def hello(request: Request, name: str = "Ayşe", secret: bool = False) -> Response:
        return pages.render("hello.html", request, secret=secret, name=name, at="16.00")

    @app.get("/gap")
    def gap(request: Request) -> Response:
        return pages.render("gap.html", request)

    install_frame(app, pages=pages)
    return TestClient(app)


def test_page_speaks_turkish_unless_asked(client: TestClient) -> None:
    answer = client.get("/hello", headers={"accept-language": "en"})
    assert '<html lang="tr"' in answer.text
    assert "<h1>Merhaba Ayşe</h1>16.00’ya" in answer.text
    assert "Başka Belediyesi" in answer.text


def test_language_link_keeps_path_and_query(client: TestClient) -> None:
    assert 'href="/hello?name=Can&amp;lang=en"' in client.get("/hello?name=Can").text


def test_chosen_language_is_remembered(client: TestClient) -> None:
    assert "<h1>Hello Ayşe</h1>" in client.get("/hello?lang=en").text
    assert "<h1>Hello Ayşe</h1>" in client.get("/hello").text
    client.cookies.clear()


def test_unknown_language_is_ignored(client: TestClient) -> None:
    answer = client.get("/hello?lang=xx")
    assert '<html lang="tr"' in answer.text
    assert "set-cookie" not in answer.headers


def test_values_are_escaped(client: TestClient) -> None:
    assert "<h1>Merhaba &lt;script&gt;</h1>" in client.get("/hello", params={"name": "<script>"}).text


def test_markup_among_the_values_stays_and_all_else_is_escaped(pages: Pages) -> None:
    name = Markup("<span lang='tr'>{}</span>").format("Temizlik & Su")
    assert pages.text("en", "hello", name=name) == "Hello <span lang='tr'>Temizlik &amp; Su</span>"
    assert escape(pages.text("en", "hello", name=name)).count("&amp;") == 1
    assert not isinstance(pages.text("en", "hello", name="<b>"), Markup)


def test_template_with_an_unknown_name_fails(pages: Pages) -> None:
    request = Request({"type": "http", "path": "/", "query_string": b"", "headers": [], "server": ("x", 80)})
    with pytest.raises(UndefinedError):
        pages.render("gap.html", request)
    with pytest.raises(KeyError):
        pages.text("tr", "no-such-sentence")
    with pytest.raises(KeyError):
        pages.assets.url("no-such.css")


def test_frame_has_every_sentence_in_both_languages() -> None:
    assert FRAME_TEXTS["tr"].keys() == FRAME_TEXTS["en"].keys()


def test_staff_service_shows_errors_in_the_staff_frame(tmp_path: Path) -> None:
    app = FastAPI()
    install_frame(app, pages=Pages(tmp_path, frame="frame_staff.html", languages=("tr",)))
    answer = TestClient(app).get("/nowhere", headers={"accept": "text/html"})
    assert '<body class="staff"' in answer.text
    assert "English" not in answer.text


def test_english_falls_back_to_turkish_sentence(tmp_path: Path) -> None:
    assert Pages(tmp_path, texts={"tr": {"only": "Yalnız Türkçe"}}).text("en", "only") == "Yalnız Türkçe"


def test_headers_allow_nothing_inline_and_keep_nothing(client: TestClient) -> None:
    headers = client.get("/hello").headers
    assert headers["content-security-policy"] == content_security_policy("https://tiles.example")
    assert "img-src 'self' data: https://tiles.example;" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["strict-transport-security"] == "max-age=60; includeSubDomains"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/hello?s=7K4P-9M2X", "/hello?secret=true", "/nowhere?s=7K4P"])
def test_page_with_a_secret_in_its_address_passes_it_to_nobody(client: TestClient, address: str) -> None:
    assert client.get(address).headers["referrer-policy"] == "no-referrer"


def test_asset_with_its_hash_may_be_kept_and_without_only_briefly(client: TestClient, pages: Pages) -> None:
    hashed = client.get(pages.assets.url("istek.css"))
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.content == (SHARED_STATIC / "istek.css").read_bytes()
    for address in ("/static/istek.css", "/static/istek.css?v=0000"):
        assert client.get(address).headers["cache-control"] == "public, max-age=300"


def test_asset_is_packed_only_for_who_can_unpack(client: TestClient) -> None:
    plain = client.get("/static/istek.css", headers={"accept-encoding": "identity"})
    with client.stream("GET", "/static/istek.css", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content


def test_asset_the_browser_holds_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/static/istek.css").headers["etag"]
    again = client.get("/static/istek.css", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_service_adds_its_own_assets(client: TestClient) -> None:
    assert client.get("/static/own.js").text == "1"


@pytest.mark.parametrize("name", ["../settings.py", "%2e%2e/settings.py", "vendor/", "nothing.css"])
def test_only_listed_files_are_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = Assets(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b{}")
    assert Assets(tmp_path).url("a.css") != before
