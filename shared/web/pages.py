"""Rendering of the pages of one service inside the frame all services share."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.text.suffix import Case, suffixed
from shared.web import chip as clock_chips
from shared.web import formats
from shared.web.formats import Lang
from shared.web.frame_texts import FRAME_TEXTS
from shared.web.settings import WebSettings
from shared.web.sign_in.staff import may_act, staff_of
from shared.web.static_files import Assets

LANGUAGE_COOKIE = "istek_lang"
_SHARED_TEMPLATES = Path(__file__).parent / "templates"
_COOKIE_SECONDS = 180 * 86_400

Texts = Mapping[Lang, Mapping[str, str]]
"""Sentences by language and key; English may lack a key, Turkish may not."""


class Pages:
    """The templates, sentences and static files of one service.

    Templates extend `frame_citizen.html` or `frame_staff.html` and see `lang`, `request`, `web` (settings),
    `t(key, **values)` for sentences, `asset(name)` for static files, `clock(now, due, state)` for chips,
    `lang_url(lang)` for this same page in the other language, and the formats as filters.
    """

    def __init__(
        self,
        package: str | Path,
        *,
        texts: Texts | None = None,
        languages: tuple[Lang, ...] = ("tr", "en"),
        frame: str = "frame_citizen.html",
        settings: WebSettings | None = None,
    ) -> None:
        """Read templates from `pages/templates` and static files from `pages/static` of `package`.

        Args:
            package: dotted name of the service, e.g. `services.intake`, or the folder it lies in.
            texts: the service's own sentences.
            languages: languages the pages are offered in; the first is the default.
            frame: the frame of pages the service has no template for, such as errors.
            settings: name, emblem and hosts of the municipality.
        """
        home = (package if isinstance(package, Path) else Path(str(files(package)))) / "pages"
        self.settings = settings or WebSettings()
        self.languages = languages
        self.frame = frame
        self.assets = Assets(home / "static")
        own = texts or {}
        self._texts: dict[Lang, dict[str, str]] = {
            "tr": {**FRAME_TEXTS["tr"], **own.get("tr", {})},
            "en": {**FRAME_TEXTS["tr"], **own.get("tr", {}), **FRAME_TEXTS["en"], **own.get("en", {})},
        }
        self._templates = _environment(home / "templates", self.assets)

    def lang(self, request: Request) -> Lang:
        """Return the request's language: that of the link, else the one chosen before, else the default."""
        for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
            if wish in self.languages:
                return wish
        return self.languages[0]

    def text(self, lang: Lang, key: str, **values: object) -> str:
        """Return the sentence `key`, with `values` filled in; markup among them stays markup.

        Raises:
            KeyError: neither the service nor the frame has this sentence.
        """
        sentence = self._texts[lang][key]
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(sentence).format(**values)
        return sentence.format(**values)

    def render(
        self,
        template: str,
        request: Request,
        /,
        *,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        secret: bool = False,
        **context: object,
    ) -> HTMLResponse:
        """Return `template` rendered for `request`.

        Args:
            template: name below the service's or the shared templates.
            request: gives language, address and cookies.
            status_code: 422 for a form with errors.
            headers: further response headers.
            secret: the address carries a secret; no link on the page may pass it on.
            **context: what the template shows.
        """
        lang = self.lang(request)
        body = self._templates.get_template(template).render(
            **context,
            lang=lang,
            request=request,
            web=self.settings,
            frame=self.frame,
            languages=self.languages,
            t=lambda key, **values: self.text(lang, key, **values),
            lang_url=lambda other: lang_url(request, other),
        )
        response = HTMLResponse(body, status_code=status_code, headers=dict(headers or {}))
        response.headers["Content-Language"] = lang
        if secret:
            response.headers["Referrer-Policy"] = "no-referrer"
        if request.query_params.get("lang") in self.languages:
            response.set_cookie(LANGUAGE_COOKIE, lang, max_age=_COOKIE_SECONDS, samesite="lax", httponly=True)
        return response


def lang_url(request: Request, lang: Lang) -> str:
    """Return this page's path and query in another language."""
    url = request.url.include_query_params(lang=lang)
    return f"{url.path}?{url.query}"


def _environment(own_templates: Path, assets: Assets) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(own_templates), FileSystemLoader(_SHARED_TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=assets.url, clock=_clock, staff_of=staff_of, may_act=may_act)
    environment.filters.update(
        clock_time=_in_page_language(formats.clock_time),
        date_long=_in_page_language(formats.date_long),
        moment_long=_in_page_language(formats.moment_long),
        date_short=formats.date_short,
        moment_short=_in_page_language(formats.moment_short),
        relative=_in_page_language(formats.relative),
        number=_in_page_language(formats.number),
        percent=_in_page_language(formats.percent),
        duration=_in_page_language(formats.duration),
        working_days=_in_page_language(formats.working_days),
        days=_in_page_language(formats.days),
        phone=formats.phone,
        phone_masked=formats.phone_masked,
        time_tag=lambda text, when: formats.time_tag(when, text),
        **{case.value: _case_filter(case) for case in Case},
    )
    return environment


def _in_page_language(write: Any) -> Any:  # noqa: ANN401 any of the formats
    @pass_context
    def in_page_language(context: Context, value: object, *rest: object) -> str:
        return str(write(value, *rest, lang=context["lang"]))

    return in_page_language


def _case_filter(case: Case) -> Any:  # noqa: ANN401 a Jinja filter
    def apply(text: str, *, possessive: bool = False) -> str:
        return suffixed(text, case, possessive=possessive)

    return apply


@pass_context
def _clock(context: Context, *clock: Any, **options: Any) -> clock_chips.Chip:  # noqa: ANN401 passed on as it is
    return clock_chips.chip(*clock, lang=context["lang"], **options)
