"""Name, address and identity number: asked where the law asks for them, and refused where it does not."""

from collections.abc import Collection

from services.intake.channels.elements import Element, asked_of
from services.intake.channels.parts import ApplicantInput
from services.intake.channels.refusal import RefusedError
from shared.contracts.vocabulary import Kind
from shared.web.problems import FieldProblem

_NEVER_ANONYMOUS = frozenset({Kind.INFORMATION, Kind.DATA_SUBJECT})
"""Law 4982 art. 6 and the communiqué to law 6698 (RG 10.3.2018/30356) art. 5 want name and address."""


def check_identity(kind: Kind, seen: Collection[str]) -> None:
    """Refuse an anonymous application of a kind that the law knows only with name and address.

    Raises:
        RefusedError: name or address is not among the elements ``seen``.
    """
    if kind not in _NEVER_ANONYMOUS:
        return
    if problems := [problem for element, problem in _REQUIRED.items() if element not in seen]:
        raise RefusedError(*problems)


def check_minimal(applicant: ApplicantInput, kind: Kind, *, electronic: bool) -> None:
    """Refuse an identity number that the law does not ask for (law 6698 art. 4: limited to the purpose).

    A passport stands in for the number in data-subject requests alone, and only with the nationality.

    Raises:
        RefusedError: there is one too many, or half of one.
    """
    problems = []
    asked = Element.IDENTITY_NUMBER in asked_of(kind, electronic=electronic)
    if applicant.national_id and not asked:
        problems.append(_NATIONAL_ID_NOT_ASKED)
    if kind is not Kind.DATA_SUBJECT:
        problems += [
            _not_asked_passport(name) for name in ("passport", "nationality") if _has(applicant, name)
        ]
    elif _has(applicant, "passport") != _has(applicant, "nationality"):
        problems.append(_HALF_A_PASSPORT["nationality" if applicant.passport else "passport"])
    if problems:
        raise RefusedError(*problems)


def stated_elements(applicant: ApplicantInput) -> frozenset[Element]:
    """Return the elements that the applicant's own data are."""
    stated = {
        Element.NAME: applicant.name,
        Element.ADDRESS: applicant.address,
        Element.IDENTITY_NUMBER: applicant.national_id or applicant.passport,
    }
    return frozenset(element for element, text in stated.items() if text)


def _has(applicant: ApplicantInput, name: str) -> bool:
    return bool(getattr(applicant, name))


def _not_asked_passport(name: str) -> FieldProblem:
    return FieldProblem(
        f"/applicant/{name}",
        "Pasaport bilgisini yalnızca kişisel veri başvurularında istiyoruz; bu alanı boş bırakın.",
        "We ask for a passport only in data-subject requests; leave this field out.",
        f"{name}_not_asked",
    )


_NATIONAL_ID_NOT_ASKED = FieldProblem(
    "/applicant/national_id",
    "Kanun bu başvuruda kimlik numarası istemiyor, biz de saklamıyoruz; bu alanı boş bırakın.",
    "The law asks for no identity number here, and we keep none without need; leave this field out.",
    "national_id_not_asked",
)
_HALF_A_PASSPORT = {
    "passport": FieldProblem(
        "/applicant/passport",
        "Uyruk tek başına yetmez; pasaport numaranızı da yazın.",
        "A nationality alone is not enough; give the passport number, too.",
        "passport_incomplete",
    ),
    "nationality": FieldProblem(
        "/applicant/nationality",
        "Pasaport numarası tek başına yetmez; uyruğunuzu da belirtin.",
        "A passport number alone is not enough; give the nationality, too.",
        "passport_incomplete",
    ),
}
"""By what is missing."""
_REQUIRED = {
    Element.NAME: FieldProblem(
        "/applicant/name",
        "Adınızı ve soyadınızı yazın; bu başvuru türü için kanun istiyor.",
        "Write your name and surname; the law wants them for this kind of application.",
        "name_required",
    ),
    Element.ADDRESS: FieldProblem(
        "/applicant/address",
        "Ev ya da iş adresinizi yazın; bu başvuru türü için kanun istiyor.",
        "Write your home or work address; the law wants it for this kind of application.",
        "address_required",
    ),
}
