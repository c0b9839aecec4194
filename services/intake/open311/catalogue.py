"""The services: what may be reported, and what two of them ask for beyond the standard. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from services.intake.open311.errors import NOT_FOUND, both, refused
from services.intake.open311.rendering import Content
from shared.contracts.categories import Category, categories_by_code, category_register
from shared.contracts.vocabulary import Kind

ADDRESS: Final = "adres"
"""Code of the attribute that is the applicant's address; all others join the description."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question of a service.

    Attributes:
        code: the name it is answered under, ``attribute[code]``.
        datatype: what it is answered with.
        required: the law does not let it be left out.
        description: the question.
        hint: helps to answer.
        values: the answers of a list, by key.
    """

    code: str
    datatype: Literal["string", "multivaluelist"]
    required: bool
    description: str
    hint: str | None = None
    values: Mapping[str, str] | None = None


_ADDRESS_ASKED: Final = Attribute(
    ADDRESS,
    "string",
    required=True,
    description=both("Ev ya da iş adresiniz", "Your home or work address"),
    hint=both("Bu başvuru türü için kanun istiyor.", "The law wants it for this kind of application."),
)
_RIGHTS: Final = Attribute(
    "hak",
    "multivaluelist",
    required=False,
    description=both("Kullandığınız haklar", "Rights that you make use of"),
    hint=both("6698 sayılı Kanun, madde 11", "Law 6698, article 11"),
    values={
        "ogrenme": both("Verimin işlenip işlenmediğini öğrenme", "Learn whether my data are processed"),
        "bilgi": both("Nasıl işlendiği hakkında bilgi", "Information on how"),
        "amac": both("İşlenme amacını öğrenme", "Learn for what purpose"),
        "aktarim": both("Kime aktarıldığını öğrenme", "Learn to whom they were given"),
        "duzeltme": both("Yanlışın düzeltilmesi", "Correction"),
        "silme": both("Silinmesi ya da yok edilmesi", "Erasure"),
        "bildirme": both("Alan kişilere bildirilmesi", "Telling those who received them"),
        "itiraz": both("Otomatik çıkarıma itiraz", "Objection to an automatic conclusion"),
        "zarar": both("Zararın giderilmesi", "Compensation"),
    },
)
# What law 4982 art. 6 and the communiqué to law 6698 (RG 10.3.2018/30356) art. 5 want beside the name, which
# the standard has fields for.
_ATTRIBUTES: Final[Mapping[str, tuple[Attribute, ...]]] = {
    "BEK-BLG": (_ADDRESS_ASKED,),
    "KVK-BSV": (_ADDRESS_ASKED, _RIGHTS),
}
_KINDS: Final = {"BEK-BLG": Kind.INFORMATION, "KVK-BSV": Kind.DATA_SUBJECT}


def category_of(service_code: str) -> Category:
    """Return the category of a service.

    Raises:
        Open311Error: 404, there is no such service.
    """
    found = categories_by_code().get(service_code.upper())
    if found is None:
        raise refused(
            NOT_FOUND,
            "service_code bulunamadı; services listesinden seçin.",
            "The service_code was not found; choose one of the services list.",
        )
    return found


def attributes_of(category: Category) -> tuple[Attribute, ...]:
    """Return what a service asks for, in order."""
    return _ATTRIBUTES.get(category.code, ())


def kind_of(category: Category) -> Kind:
    """Return the kind of application that naming this service makes."""
    return _KINDS.get(category.code, Kind.REQUEST)


def services() -> Content:
    """Return the services list. All give their number at once: ``realtime``."""
    return [_service(category) for category in category_register().categories]


def service_definition(category: Category) -> Content:
    """Return what a service asks for, as the standard writes it; an empty list where that is nothing."""
    asked = attributes_of(category)
    return {
        "service_code": category.code,
        "attributes": [_attribute(attribute, order) for order, attribute in enumerate(asked, start=1)],
    }


def _service(category: Category) -> Content:
    group = category_register().group_of(category)
    return {
        "service_code": category.code,
        "service_name": category.title,
        "description": both(category.title, category.title_en),
        "metadata": bool(attributes_of(category)),
        "type": "realtime",
        "keywords": f"{group.title}, {group.title_en}, {category.title_en}",
        "group": group.title,
    }


def _attribute(attribute: Attribute, order: int) -> Content:
    written: dict[str, Content] = {
        "variable": True,
        "code": attribute.code,
        "datatype": attribute.datatype,
        "required": attribute.required,
        "datatype_description": attribute.hint,
        "order": order,
        "description": attribute.description,
    }
    if attribute.values:
        written["values"] = [{"key": key, "name": name} for key, name in attribute.values.items()]
    return written
