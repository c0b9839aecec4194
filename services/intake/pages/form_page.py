"""How a page of the form looks: what it asks, what was answered, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response

from services.intake.attachments.limits import MOST_BYTES
from services.intake.first_look import AlikeRequest, FirstLook
from services.intake.pages.countries import countries
from services.intake.pages.form import FILES, JOIN, Draft, Step
from services.intake.pages.form_body import identity_of, place_of
from services.intake.pages.form_files import FormFiles
from services.intake.pages.form_shots import Shot
from services.intake.pages.form_spots import Spot
from shared.clock import Clock
from shared.places import BEYOGLU_BOX, nearest_neighbourhood, neighbourhoods
from shared.web.formats import Lang
from shared.web.pages import Pages

TOKEN: Final = "form"  # noqa: S105 - the name of a parameter
"""Names the form in its addresses, so that going back, reloading and the other language keep it."""
UPLOADS: Final = "/basvuru/dosya"
"""Where a script sends the files of a form."""

_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells beside its question.

    Attributes:
        errors: sentences by field.
        notice: key of a sentence about the form as a whole.
        seconds: what fills in the notice.
        look: what may be dangerous or known already.
        joining: the applicant asked to be added to what was offered and shall ask once more.
        spots: where the photos were taken, to choose from.
        shot: when one of them was taken, to tick.
        status: of the answer.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    seconds: str = ""
    look: FirstLook | None = None
    joining: bool = False
    spots: Sequence[Spot] = ()
    shot: Shot | None = None
    status: int = _OK


@dataclass(frozen=True, slots=True)
class FormPage:
    """Renders the pages of the form.

    Args:
        pages: templates and sentences.
        files: lists the files that wait to be sent.
        clock: how long ago something was.
    """

    pages: Pages
    files: FormFiles
    clock: Clock

    def lang(self, request: Request) -> Lang:
        """Return the language of the page."""
        return self.pages.lang(request)

    def show(self, request: Request, token: str, draft: Draft, step: Step, told: Told) -> Response:
        """Return one page with the answers it has so far."""
        lang = self.lang(request)
        questions = draft.kind.questions
        before = draft.before(step)
        return self.pages.render(
            "form.html",
            request,
            status_code=told.status,
            step=step,
            place_in_form=questions.index(step) + 1 if step in questions else 0,
            questions=questions,
            slug=draft.slug,
            kind=draft.kind,
            answers=draft.answers,
            complains=draft.complains,
            errors=told.errors,
            files=self.files.listed(draft.answers.get(FILES, "")),
            notice_text=self.pages.text(lang, told.notice, seconds=told.seconds) if told.notice else "",
            action=page_url(step, token, draft.slug, lang),
            uploads=f"{UPLOADS}?{urlencode({TOKEN: token, 'tur': draft.slug})}",
            most_bytes=MOST_BYTES,
            back=page_url(before, token, draft.slug, lang) if before else "/",
            change={other: page_url(other, token, draft.slug, lang) for other in questions},
            countries=countries(lang),
            who=_who(draft, lang),
            neighbourhoods=[n.name for n in neighbourhoods()],
            spots=told.spots,
            shot=told.shot,
            map_wanted=bool(self.pages.settings.tile_url) and request.headers.get("Save-Data") != "on",
            box=",".join(map(str, BEYOGLU_BOX)),
            marked_near=_marked_near(draft),
            dangers=dangers_of(told.look),
            alike=alike_to_tell(told.look),
            offer=told.look.joinable if told.look else None,
            join=JOIN,
            joining=told.joining,
            now=self.clock(),
        )


def page_url(step: Step, token: str, slug: str, lang: Lang, **more: str) -> str:
    """Return the address of a page of this form."""
    return f"/basvuru/{step}?{urlencode({TOKEN: token, 'tur': slug, 'lang': lang, **more})}"


def dangers_of(look: FirstLook | None) -> list[tuple[str, str]]:
    """Return what to call for, and the number, each once."""
    return list(dict.fromkeys((danger.title, danger.phone) for danger in look.dangers)) if look else []


def alike_to_tell(look: FirstLook | None) -> AlikeRequest | None:
    """Return the nearest report that may be the same and is nobody's private matter."""
    public = [alike for alike in look.alike if alike.words and alike.distance_m is not None] if look else []
    return min(public, key=lambda alike: alike.distance_m or 0.0, default=None)


def _who(draft: Draft, lang: Lang) -> list[str]:
    """Return name, identity and address as they will be sent, to be read again."""
    if not draft.kind.asks_identity:
        return []
    identity = identity_of(draft)
    code = identity.get("nationality", "")
    passport = (countries(lang).get(code, code), identity.get("passport"))
    lines = (
        draft.answers.get("ad"),
        identity.get("national_id"),
        " · ".join(filter(None, passport)),
        draft.answers.get("ikamet"),
    )
    return [line for line in lines if line]


def _marked_near(draft: Draft) -> str | None:
    """Return the neighbourhood that a position stands for to who reads it; empty outside the district."""
    place = place_of(draft.answers)
    lat, lon = place.get("lat"), place.get("lon")
    if isinstance(lat, float) and isinstance(lon, float):
        return nearest_neighbourhood(lat, lon) or ""
    return None
