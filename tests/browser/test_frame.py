"""The frame in a real browser: sample pages of a citizen and of staff, at the widths the design names."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from starlette.responses import HTMLResponse

from shared.web.chip import ClockState, chip
from shared.web.frame import install_frame
from shared.web.pages import Pages
from tests.support.serving import AXE, served

pytestmark = pytest.mark.browser

NOW = datetime(2026, 11, 23, 13, 40, tzinfo=UTC)

TRACKING = """
{% extends "frame_citizen.html" %}
{% from "macros.html" import icon, clock_chip, timeline, deadline_why, field, notice with context %}
{% block title %}Çöp konteyneri taşıyor{% endblock %}
{% block header_links %}<a class="ds-link" href="/form">Yeni başvuru</a>{% endblock %}
{% block main %}
<div class="columns">
  <div class="stack">
    <p class="hint">Başvuru BB-2026-0012345-K</p>
    <h1>Çöp konteyneri taşıyor</h1>
    <p>{{ clock_chip(clock(now, now, "paused")) }}</p>
    <section class="card card--question">
      <h2>{{ icon("speech") }} Size bir sorumuz var</h2>
      <p>Taşan konteyner yer üstünde mi, yer altı konteyneri mi? Doğru aracı göndereceğiz.</p>
      <p class="hint">Temizlik İşleri Müdürlüğü · {{ asked | relative(now) | time_tag(asked) }}</p>
      <form class="stack" method="post">
        {{ field("reply", "Yanıtınız", kind="textarea", rows=3) }}
        <button class="ds-button">Yanıtla</button>
        <button class="ds-button" data-variant="secondary">{{ icon("camera") }} Fotoğraf ekle</button>
      </form>
    </section>
    {% call notice("warning") %}<strong>Can güvenliği söz konusuysa önce arayın:</strong> 112{% endcall %}
    <h2>Neler oldu?</h2>
    {{ timeline(entries) }}
  </div>
  <aside class="stack" aria-label="Süreler ve belgeler">
    <section class="card card--plain">
      <h2>Süreler</h2>
      <p class="hint">Hedefimiz</p>
      <p><strong>{{ due | date_long | time_tag(due) }}</strong></p>
      {{ deadline_why(steps, "Bu tarih nasıl hesaplandı?", open=true) }}
    </section>
    <p><a class="ds-link" href="/yazi">Alındı belgesi (PDF)</a></p>
    <p><a class="ds-link danger-link" href="/geri-cek">Başvurumu geri çek</a></p>
  </aside>
</div>
{% endblock %}
"""

FORM = """
{% extends "frame_citizen.html" %}
{% from "macros.html" import icon, field, checkbox, radio_cards, steps, back_link with context %}
{% from "macros.html" import error_summary with context %}
{% block title %}{{ t("error_prefix", title="Size nasıl ulaşalım?") }}{% endblock %}
{% block main %}
{{ back_link("/") }}
{{ steps(3, 3) }}
{% set sentence = "Cep telefonunuzu 10 haneli yazın, örneğin 5xx 000 00 00" %}
{{ error_summary({"phone": sentence}) }}
<h1>Size nasıl ulaşalım?</h1>
<form class="stack" method="post" novalidate>
  {{ radio_cards("by", "Yol", [{"value": "sms", "label": "SMS ile"},
     {"value": "none", "label": "Bana ulaşmayın", "hint": "Yanıtı izleme sayfasında görürsünüz."}], "sms") }}
  {{ field("phone", "Cep telefonu", kind="tel", value="5xx 000 00", error=sentence, autocomplete="tel") }}
  {{ field("area", "Mahalle", kind="select", choices=[("c", "Cihangir"), ("k", "Kulaksız")], value="c") }}
  {{ checkbox("nowhere", "Belli bir yeri yok") }}
  <button class="ds-button">Devam et</button>
</form>
<ul class="doors">
  <li><a class="door" href="/izle">{{ icon("search") }}
    <span><strong>Başvurumu izle</strong> Numara ve izleme koduyla</span></a></li>
  <li><a class="door" href="/dilekce">{{ icon("document") }}
    <span><strong>Resmî dilekçe ver</strong> 3071 sayılı Kanun, en geç 30 günde yanıt</span></a></li>
</ul>
{% endblock %}
"""

CONSOLE = """
{% extends "frame_staff.html" %}
{% from "macros.html" import icon, clock_chip with context %}
{% block title %}Konsol{% endblock %}
{% block who %}<span class="live">{{ t("live") }}</span><span>Nöbetçi operasyon · S. Ö.</span>{% endblock %}
{% block main %}
<h1 class="ds-sr-only">Konsol</h1>
<div class="stack">
<section class="card figures" aria-label="Sayılar">
  <p>Geciken <strong class="is-late">{{ icon("chip-late") }} 12</strong><small>dün 15</small></p>
  <p>Bugün dolacak <strong class="is-today">{{ icon("chip-today") }} 31</strong>
    <small>16.00’ya kadar 9</small></p>
  <p>Açık başvuru <strong>{{ 4000 | number }}</strong><small>bugün +47</small></p>
  <p>Defter <strong class="is-ok">{{ icon("check") }} Denk</strong><small>48.211 = 48.211</small></p>
</section>
<div class="columns">
  <section class="card card--flush">
    <div class="card__head"><h2>Şu an yanan <span class="aside-note">en geç kalan önce</span></h2>
      <span>Süz <kbd>/</kbd></span></div>
    <div class="table-scroll" tabindex="0" role="region" aria-label="Şu an yanan">
    <table class="table table--cards">
      <thead><tr><th scope="col">Durum</th><th scope="col">Başvuru</th><th scope="col">Konu</th></tr></thead>
      <tbody>
        {% for chip in chips %}
        <tr{% if loop.first %} class="current"{% endif %}><td>{{ clock_chip(chip) }}</td>
          <td class="id"><a class="ds-link" href="/r">0012338-T</a></td>
          <td class="wide"><strong>Kopuk kablo, kaldırımda kıvılcım</strong>
            <small>Kulaksız · BEDAŞ</small></td></tr>
        {% endfor %}
      </tbody>
    </table></div>
  </section>
  <aside class="card" aria-label="Hizmetler">
    <div class="card__head"><h2>Hizmetler</h2></div>
    <dl class="facts facts--spread"><dt>giriş</dt><dd>gecikme 0</dd><dt>süre izleme</dt><dd>0,8 sn</dd></dl>
    <p class="buttons"><button class="ds-button" hx-get="/own" hx-target="#owner">Üstlen</button>
      <button class="ds-button" data-variant="secondary">Sustur <kbd>S</kbd></button></p>
  </aside>
<p id="owner" role="status"></p>
</div></div>
{% endblock %}
{% block scripts %}<script src="{{ asset("vendor/htmx.min.js") }}" defer></script>{% endblock %}
"""


def sample_app(folder: Path) -> FastAPI:
    templates = folder / "pages/templates"
    templates.mkdir(parents=True)
    for name, source in (("tracking", TRACKING), ("form", FORM), ("console", CONSOLE)):
        (templates / f"{name}.html").write_text(source.lstrip(), encoding="utf-8")
    pages = Pages(folder)
    app = FastAPI()

    @app.get("/form")
    def form(request: Request) -> Response:
        return pages.render("form.html", request, status_code=200)

    @app.get("/tracking")
    def tracking(request: Request) -> Response:
        asked = NOW - timedelta(minutes=35)
        entries = [
            {"title": "Size soru soruldu", "when": asked, "at": "Bugün 16.05"},
            {"title": "Ekip işi aldı", "at": "Bugün 15.10", "note": "Temizlik İşleri Müdürlüğü"},
            {"title": "Hedefimiz: en geç 25 Kasım Çarşamba", "done": False},
        ]
        due = NOW + timedelta(days=2)
        steps = [{"at": NOW, "text": "Ertesi gün başladık."}, {"at": due.date(), "text": "Tatil değil."}]
        return pages.render(
            "tracking.html", request, now=NOW, asked=asked, due=due, entries=entries, steps=steps
        )

    @app.get("/console")
    def console(request: Request) -> Response:
        hour, day = timedelta(hours=1), timedelta(days=1)
        clocks = [(-hour / 20, "emergency"), (-3 * day, "running"), (-2 * hour, "running"), (hour, "running")]
        clocks += [(day, "running"), (3 * day, "running"), (day, "paused")]
        chips = [chip(NOW, NOW + left, ClockState(state)) for left, state in clocks]
        menu = [
            {"label": "Sınıflandırma", "href": "/s", "count": 17, "urgent": False, "current": False},
            {"label": "Müdürlüğüm", "href": "/m", "count": 43, "urgent": False, "current": False},
            {"label": "Konsol", "href": "/console", "count": 3, "urgent": True, "current": True},
        ]
        return pages.render("console.html", request, chips=chips, menu=menu)

    @app.get("/own")
    def own() -> Response:
        return HTMLResponse("S. Ö. üstlendi")

    install_frame(app, pages=pages)
    return app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(sample_app(tmp_path_factory.mktemp("sample"))) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="tr-TR", timezone_id="Europe/Istanbul")
    yield context.new_page()
    context.close()


def faults_of(page: Page, address: str, width: int) -> list[str]:
    """Open the page and return what the browser's console complains of, and requests that failed."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.remove_listener("console", note)
    return complaints


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("name", ["form", "tracking", "console"])
def test_page_is_clean_accessible_and_fits(page: Page, site: str, name: str, width: int) -> None:
    complaints = faults_of(page, f"{site}/{name}", width)
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    serious = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in serious] == []


def test_htmx_swaps_under_the_policy(page: Page, site: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site}/console")
    page.click("text=Üstlen")
    page.wait_for_selector("text=S. Ö. üstlendi")
    assert complaints == []


def test_inline_script_is_refused(page: Page, site: str) -> None:
    page.goto(f"{site}/form")
    page.evaluate("""() => {
        const hear = (name, what) => document.addEventListener(name, what, true);
        hear("securitypolicyviolation", hit => { window.refused = hit.effectiveDirective; });
        hear("error", hit => { window.failed = hit.target.tagName; });
        document.body.insertAdjacentHTML("beforeend", '<img src="/none" onerror="window.ran = true">');
    }""")
    heard = page.wait_for_function("() => window.failed && window.refused && [window.failed, window.refused]")
    assert heard.json_value() == ["IMG", "script-src-attr"]
    assert page.evaluate("window.ran === true") is False


def test_icons_of_the_sprite_are_drawn(page: Page, site: str) -> None:
    page.goto(f"{site}/console")
    drawn = page.locator(".clock-chip use")
    expect(drawn).to_have_count(7)
    # The sprite is fetched when the browser first draws, which may be long after the load event.
    page.wait_for_function(
        "() => [...document.querySelectorAll('.clock-chip use')].every(use => use.getBBox().width > 0)"
    )


def test_error_summary_is_focused_and_leads_to_the_field(page: Page, site: str) -> None:
    page.goto(f"{site}/form")
    # The browser focuses an autofocus element when it first draws, which may be after the load event.
    expect(page.locator("#error-summary")).to_be_focused()
    page.click(".error-summary a")
    expect(page.locator("#phone")).to_be_focused()


def test_skip_link_is_first_and_leads_to_the_content(page: Page, site: str) -> None:
    page.goto(f"{site}/tracking")
    page.keyboard.press("Tab")
    expect(page.locator(".ds-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_language_link_keeps_the_page_and_the_choice_stays(browser: Browser, site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/tracking?q=1")
    page.click("text=English")
    expect(page).to_have_url(f"{site}/tracking?q=1&lang=en")
    page.goto(f"{site}/form")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()
