"""Open311 GeoReport v2, point by point, in both formats: the real application on a real database.

Names of tests follow the sections of the standard; docs/open311.md has the table. Lifecycle facts are told
where the router's arrive: to the timeline and to the public list. One application serves all tests.
"""

import io
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

import httpx
import pytest
import pytest_asyncio
from defusedxml.ElementTree import fromstring
from PIL import Image

from services.intake.clients.api_keys import hash_of, new_key
from services.intake.clients.grants import Grant
from services.intake.clients.store import GrantStore
from services.intake.open311.listing import Listing
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from services.intake.tracking.dates import ClocksOverHttp
from services.intake.vault.store import VaultStore
from shared.clock import system_clock
from shared.contracts.categories import category_register
from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel
from shared.ids import derived_id
from shared.outcomes import UnavailableError
from shared.storage import Database
from tests.support.intake import at_work, intake_on
from tests.support.lifecycle import decided

pytestmark = pytest.mark.asyncio(loop_scope="module")

Document = Any
"""What JSON can hold."""
FORMATS = ("json", "xml")
both_formats = pytest.mark.parametrize("form", FORMATS)
MEDIA = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
HERE = {"lat": "41.033512", "long": "28.977834"}
PUBLIC, PRIVATE = "FEN-YOL", "SOS-GDA"


@dataclass
class Standing:
    """An application and what a test may reach around it."""

    door: httpx.AsyncClient
    store: IntakeStore
    listing: Listing
    database: Database
    key: str
    mobile_key: str

    async def post(
        self, form: str = "json", *, headers: Mapping[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        body = {
            "api_key": self.key,
            "service_code": PUBLIC,
            **HERE,
            "description": "Yolda çukur var",
            **fields,
        }
        return await self.door.post(f"/open311/v2/requests.{form}", data=body, headers=headers)

    async def posted(self, **fields: str) -> str:
        answer = await self.post("json", headers=None, **fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()[0]["service_request_id"])

    async def get(self, path: str, form: str = "json", **parameters: str) -> httpx.Response:
        return await self.door.get(f"/open311/v2/{path}.{form}", params=parameters)

    async def event_of(self, number: str) -> RequestReceived:
        record = await self.store.request_by_number(number)
        assert record is not None
        return RequestReceived.model_validate_json(record.event)

    async def tell(self, number: str, **facts: Document) -> LifecycleEvent:
        """Let the router say something of a request."""
        request = await self.event_of(number)
        event = decided(request, **facts)
        await self.store.add_to_timeline(
            [
                TimelineEntry(
                    event.request_id, event.sequence, event.ce_type, event.model_dump_json(exclude_none=True)
                )
            ]
        )
        await self.listing.note([event])
        return event


_STANDING = {
    "ISTEK_PUBLIC_URL": "https://istek.example",
    "ISTEK_OIDC_OFF": "true",
    "ISTEK_INTAKE_RATE_CLIENT": "off",
    "ISTEK_INTAKE_RATE_ADDRESS": "off",
    "ISTEK_INTAKE_RATE_PROOFS": "off",
    "ISTEK_OPEN311_CONTACT": "311@istek.example",
}


@asynccontextmanager
async def standing_app(mongodb: str, data: Path, **settings: str) -> AsyncIterator[Standing]:
    """Run the application on a database of its own, with two keys given out."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    database = Database.connect(mongodb, name)
    keys = {Channel.WEB: new_key(), Channel.MOBILE: new_key()}
    for channel, key in keys.items():
        grant = Grant(
            hash_of(key), f"app-{channel.value.replace('_', '-')}", frozenset({channel}), date(2026, 1, 1)
        )
        await GrantStore(database).add(grant)
    with pytest.MonkeyPatch.context() as environment:
        app = intake_on(environment, mongodb, name, data, **_STANDING | settings)
    async with at_work(app) as door:
        store = IntakeStore(database, watch_grace=timedelta(seconds=60))
        yield Standing(door, store, Listing(database), database, keys[Channel.WEB], keys[Channel.MOBILE])
    await database.drop()
    await database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def application(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Standing]:
    async with standing_app(mongodb, tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def standing(application: Standing) -> Standing:
    """The application with nothing recorded yet."""
    for name in ("requests", "timeline", "open311_listing"):
        await application.database.collection(name).remove({})
    return application


def read(answer: httpx.Response, root: str) -> Document:
    """Return a document's content in the JSON form, whichever format it has; XML is checked on the way."""
    if answer.headers["content-type"] == MEDIA["json"]:
        return json.loads(answer.content.decode("utf-8"))
    assert answer.headers["content-type"] == MEDIA["xml"]
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    element = fromstring(answer.content)
    assert element.tag == root
    return spark(element)


CONTAINERS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}


def spark(element: Element) -> Document:
    """Return what the standard's mapping makes of an element; all that is no container is text here."""
    assert not element.attrib
    if element.tag in CONTAINERS:
        assert {child.tag for child in element} <= {CONTAINERS[element.tag]}
        return [spark(child) for child in element]
    return {child.tag: spark(child) for child in element} if len(element) else element.text


def as_text(content: Document) -> Document:
    """Return JSON content with the scalars that XML can only write as text."""
    if isinstance(content, dict):
        return {name: as_text(value) for name, value in content.items()}
    if isinstance(content, list):
        return [as_text(value) for value in content]
    if isinstance(content, bool):
        return str(content).lower()
    return content if content is None else str(content)


def refused(answer: httpx.Response, status: int, code: int | None = None) -> list[str]:
    """Return the descriptions of an error answer in the standard's form."""
    assert answer.status_code == status, answer.text
    entries = read(answer, "errors")
    assert entries
    for entry in entries:
        assert set(entry) == {"code", "description"}
        assert int(entry["code"]) == (code or status)
        assert " / " in entry["description"]
    return [entry["description"] for entry in entries]


def picture(colour: str) -> bytes:
    """Return a small picture."""
    written = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(written, "PNG")
    return written.getvalue()


# --- service discovery -------------------------------------------------------------------------------------


@both_formats
@pytest.mark.parametrize("path", ["/open311/discovery", "/open311/v2/discovery"])
async def test_discovery_has_every_field_of_its_standard(standing: Standing, form: str, path: str) -> None:
    document = read(await standing.door.get(f"{path}.{form}"), "discovery")
    assert set(document) == {"changeset", "contact", "key_service", "endpoints"}
    assert document["contact"] == "311@istek.example"
    (endpoint,) = document["endpoints"]
    assert endpoint == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": "https://istek.example/open311/v2",
        "changeset": document["changeset"],
        "type": "test",
        "formats": ["text/xml", "application/json"],
    }


# --- formats and encoding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "json"),
        ("text/xml", "xml"),
        ("application/xml;q=0.9, application/json;q=0.5", "xml"),
        ("*/*", "xml"),
        (None, "xml"),
    ],
)
async def test_without_an_ending_the_accept_header_decides_and_xml_is_what_every_server_has(
    standing: Standing, accept: str | None, media: str
) -> None:
    standing.door.headers.pop("accept", None)
    answer = await standing.door.get("/open311/v2/services", headers={"Accept": accept} if accept else {})
    assert answer.headers["content-type"] == MEDIA[media]
    assert answer.headers["vary"] == "Accept"


async def test_the_ending_outweighs_the_accept_header_and_an_unknown_one_is_refused(
    standing: Standing,
) -> None:
    answer = await standing.door.get("/open311/v2/services.xml", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == MEDIA["xml"]
    refused(await standing.get("services", "yaml"), 404)


@both_formats
@pytest.mark.parametrize(
    "path", ["services", f"services/{PUBLIC}", "services/KVK-BSV", "requests", "../discovery"]
)
async def test_json_is_what_the_standards_mapping_makes_of_the_xml(
    standing: Standing, form: str, path: str
) -> None:
    number = await standing.posted()
    await standing.tell(number, code=PUBLIC)
    roots = {"services": "services", "requests": "service_requests", "../discovery": "discovery"}
    root = roots.get(path, "service_definition")
    other = await standing.get(path, "xml" if form == "json" else "json")
    document = read(await standing.get(path, form), root)
    assert as_text(document) == as_text(read(other, root))


async def test_letters_of_every_script_go_in_and_come_out_as_utf_8(standing: Standing) -> None:
    words = "Ağaç devrildi; Дерево упало, شجرة <b>&amp; ]]> 🌳"
    number = await standing.posted(description=words)
    assert (await standing.event_of(number)).description == words
    await standing.tell(number, code=PUBLIC)
    for form in FORMATS:
        (shown,) = read(await standing.get(f"requests/{number}", form), "service_requests")
        assert shown["description"] == words


async def test_letters_that_were_not_percent_encoded_are_read_as_utf_8(standing: Standing) -> None:
    body = (
        f"api_key={standing.key}&service_code={PUBLIC}&address_string=Şişhane&description=Çukur var".encode()
    )
    answer = await standing.door.post(
        "/open311/v2/requests.json",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
    )
    assert (await standing.event_of(answer.json()[0]["service_request_id"])).description == "Çukur var"


async def test_pages_of_other_sites_may_read_what_is_public(standing: Standing) -> None:
    answer = await standing.get("services")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, max-age=300"


# --- jurisdiction_id and optional arguments ----------------------------------------------------------------


@both_formats
@pytest.mark.parametrize(
    "path", ["services", f"services/{PUBLIC}", "requests", "requests/BB-2026-0000001-X", "tokens/1"]
)
async def test_a_jurisdiction_that_is_not_ours_is_404_everywhere(
    standing: Standing, form: str, path: str
) -> None:
    (why,) = refused(await standing.get(path, form, jurisdiction_id="sfgov.org"), 404)
    assert "jurisdiction_id" in why


@pytest.mark.parametrize("stated", ["beyoglu.bel.tr", "BEYOGLU.bel.tr", ""])
async def test_ours_may_be_named_or_left_out_or_left_empty(standing: Standing, stated: str) -> None:
    assert (await standing.get("services", jurisdiction_id=stated)).status_code == 200
    assert (await standing.post(jurisdiction_id=stated)).status_code == 200


@both_formats
async def test_a_wrong_jurisdiction_in_a_post_is_404(standing: Standing, form: str) -> None:
    refused(await standing.post(form, jurisdiction_id="sfgov.org"), 404)


# --- GET Service List --------------------------------------------------------------------------------------


@both_formats
async def test_the_service_list_has_every_category_with_every_field(standing: Standing, form: str) -> None:
    listed = read(await standing.get("services", form), "services")
    assert [s["service_code"] for s in listed] == [c.code for c in category_register().categories]
    for service in listed:
        assert set(service) == {
            "service_code",
            "service_name",
            "description",
            "metadata",
            "type",
            "keywords",
            "group",
        }
        assert service["type"] == "realtime"
        assert all(service.values()) or service["metadata"] is False
    road = next(s for s in listed if s["service_code"] == PUBLIC)
    assert road["service_name"] == "Yol bozukluğu"
    assert road["metadata"] in {False, "false"}
    assert "Damaged road" in road["keywords"].split(", ")


# --- GET Service Definition --------------------------------------------------------------------------------


@both_formats
async def test_a_service_with_questions_defines_them(standing: Standing, form: str) -> None:
    definition = read(await standing.get("services/KVK-BSV", form), "service_definition")
    assert definition["service_code"] == "KVK-BSV"
    address, rights = definition["attributes"]
    assert set(address) == {
        "variable",
        "code",
        "datatype",
        "required",
        "datatype_description",
        "order",
        "description",
    }
    assert as_text([address["code"], address["datatype"], address["required"], address["order"]]) == [
        "adres",
        "string",
        "true",
        "1",
    ]
    assert as_text([rights["datatype"], rights["required"]]) == ["multivaluelist", "false"]
    assert {"key", "name"} == set(rights["values"][0])


@both_formats
async def test_a_service_without_questions_has_an_empty_definition(standing: Standing, form: str) -> None:
    definition = read(await standing.get(f"services/{PUBLIC}", form), "service_definition")
    assert definition == {"service_code": PUBLIC, "attributes": []}


@both_formats
async def test_a_service_that_does_not_exist_is_404(standing: Standing, form: str) -> None:
    (why,) = refused(await standing.get("services/033", form), 404)
    assert "service_code" in why


# --- POST Service Request ----------------------------------------------------------------------------------


@both_formats
async def test_a_post_answers_with_the_number_and_how_to_follow_it(standing: Standing, form: str) -> None:
    (answered,) = read(await standing.post(form), "service_requests")
    assert set(answered) == {"service_request_id", "service_notice", "account_id"}
    number = answered["service_request_id"]
    assert f"https://istek.example/t/{number}?s=" in answered["service_notice"]
    event = await standing.event_of(number)
    assert (event.channel, event.stated_category) == (Channel.WEB, PUBLIC)
    assert (event.place.lat, event.place.lon) == (41.033512, 28.977834)


async def test_everything_the_standard_lets_one_send_arrives(standing: Standing) -> None:
    number = await standing.posted(
        address_string="İstiklal Caddesi 1",
        address_id="545483",
        email="ayse@example.com",
        phone="0532 000 00 00",
        first_name="Ayşe",
        last_name="Örnek",
        device_id="tt222111",
        account_id="123456",
        media_url="https://foto.example/1.jpg",
    )
    event = await standing.event_of(number)
    assert event.place.address == "İstiklal Caddesi 1, adres no 545483"
    assert event.applicant.named
    assert {m.value for m in event.applicant.media} == {"email", "sms", "tracking_page"}
    assert "foto.example" not in event.model_dump_json()


async def test_a_description_may_be_left_out(standing: Standing) -> None:
    number = await standing.posted(description="")
    assert (await standing.event_of(number)).description == "Yol bozukluğu"


async def test_a_multipart_post_may_bring_a_picture_and_be_sent_again(standing: Standing) -> None:
    fields = {"api_key": standing.key, "service_code": PUBLIC, **HERE, "description": "Çukur"}
    numbers = []
    for colour in ("red", "red", "blue"):
        answer = await standing.door.post(
            "/open311/v2/requests.json",
            data=fields,
            files={"media": ("1.png", picture(colour), "application/octet-stream")},
        )
        assert answer.status_code == 200, answer.text
        numbers.append(answer.json()[0]["service_request_id"])
    assert numbers[0] == numbers[1] != numbers[2]
    (attached,) = (await standing.event_of(numbers[0])).attachments
    assert attached.media_type in {"image/png", "image/jpeg"}


@both_formats
async def test_a_file_that_is_no_picture_is_refused_and_nothing_is_recorded(
    standing: Standing, form: str
) -> None:
    answer = await standing.door.post(
        f"/open311/v2/requests.{form}",
        data={"api_key": standing.key, "service_code": PUBLIC, **HERE},
        files={"media": ("1.jpg", b"#!/bin/sh", "image/jpeg")},
    )
    refused(answer, 400, 415)
    assert await standing.database.collection("requests").count({}) == 0


async def test_a_multipart_post_without_files_is_as_any_other(standing: Standing) -> None:
    parts = {"api_key": standing.key, "service_code": PUBLIC, **HERE, "description": "Çukur"}
    answer = await standing.door.post(
        "/open311/v2/requests.json", files={name: (None, value) for name, value in parts.items()}
    )
    assert answer.status_code == 200, answer.text


async def test_a_key_in_the_address_counts_as_one_in_the_body(standing: Standing) -> None:
    answer = await standing.door.post(
        f"/open311/v2/requests.json?api_key={standing.key}", data={"service_code": PUBLIC, **HERE}
    )
    assert answer.status_code == 200


@both_formats
@pytest.mark.parametrize(
    ("location", "taken"),
    [
        ({}, False),
        ({"lat": "41.03"}, False),
        ({"long": "28.97"}, False),
        ({"lat": "x", "long": "28.97"}, False),
        ({"lat": "37.76524078", "long": "-122.4212043"}, False),
        ({"lat": "41,03", "long": "28,97"}, True),
        ({"address_string": "Galata Kulesi’nin önü"}, True),
        ({"address_id": "545483"}, True),
    ],
)
async def test_one_full_location_is_needed(
    standing: Standing, form: str, location: dict[str, str], taken: bool
) -> None:
    body = {"api_key": standing.key, "service_code": PUBLIC, "description": "Çukur", **location}
    answer = await standing.door.post(f"/open311/v2/requests.{form}", data=body)
    if taken:
        assert answer.status_code == 200, answer.text
    else:
        assert refused(answer, 400, None if "x" in str(location) or len(location) == 0 else 422)


@both_formats
async def test_missing_and_unknown_services_are_400_and_404(standing: Standing, form: str) -> None:
    refused(await standing.post(form, service_code=""), 400)
    refused(await standing.post(form, service_code="033"), 404)


@both_formats
@pytest.mark.parametrize("key", ["", "xyz", "mobile"])
async def test_without_a_key_for_this_door_it_is_403(standing: Standing, form: str, key: str) -> None:
    sent = standing.mobile_key if key == "mobile" else key
    (why,) = refused(await standing.post(form, api_key=sent), 403)
    assert "api_key" in why


@both_formats
async def test_several_things_wrong_are_all_said(standing: Standing, form: str) -> None:
    assert len(refused(await standing.post(form, email="ayse", phone="111111111"), 400, 422)) == 2


@both_formats
async def test_a_required_attribute_that_is_missing_is_400(standing: Standing, form: str) -> None:
    (why,) = refused(await standing.post(form, service_code="BEK-BLG", first_name="Ayşe"), 400)
    assert "attribute[adres]" in why


@pytest.mark.parametrize("written", ["attribute[hak][]", "attribute[hak]", "attribute%5Bhak%5D%5B0%5D"])
async def test_attributes_and_several_values_of_one(standing: Standing, written: str) -> None:
    plain = {"api_key": standing.key, "service_code": "KVK-BSV", "first_name": "Ayşe", "last_name": "Örnek"}
    body = (
        urlencode(
            {**plain, **HERE, "description": "Kamera kayıtlarım", "attribute[adres]": "Ağa Hamamı Sokak 7"}
        )
        + f"&{written}=silme&{written}=amac&attribute[x]=y"
    )
    answer = await standing.door.post(
        "/open311/v2/requests.json",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200, answer.text
    event = await standing.event_of(answer.json()[0]["service_request_id"])
    assert event.kind == "data_subject"
    assert "Silinmesi" in event.description
    assert "amacını" in event.description
    assert event.description.endswith("x: y")
    assert "Hamamı" not in event.description


async def test_a_body_that_is_no_form_is_refused_in_words(standing: Standing) -> None:
    answer = await standing.door.post("/open311/v2/requests.json", json={"api_key": standing.key})
    (why,) = refused(answer, 400)
    assert "application/x-www-form-urlencoded" in why


async def test_what_is_sent_again_is_the_same_request(standing: Standing) -> None:
    first = await standing.posted()
    assert await standing.posted() == first
    assert await standing.posted(description="Başka bir çukur") != first
    assert await standing.posted(device_id="another") != first


async def test_whoever_means_two_sends_two_idempotency_keys(standing: Standing) -> None:
    one, again, two = [
        (await standing.post(headers={"Idempotency-Key": key})).json()[0]["service_request_id"]
        for key in ("a", "a", "b")
    ]
    assert one == again != two
    refused(await standing.post(headers={"Idempotency-Key": "a"}, description="Başka"), 400, 422)


async def test_where_somebody_may_be_in_danger_the_answer_says_whom_to_call(standing: Standing) -> None:
    answer = await standing.post(service_code="KNL-KPK")
    assert "112" in answer.json()[0]["service_notice"]


# --- GET service_request_id from a token -------------------------------------------------------------------


@both_formats
async def test_a_token_tells_the_number(standing: Standing, form: str) -> None:
    number = await standing.posted()
    token = str((await standing.event_of(number)).request_id)
    found = read(await standing.get(f"tokens/{token}", form), "service_requests")
    assert found == [{"service_request_id": number, "token": token}]
    refused(await standing.get("tokens/123456", form), 404)
    refused(await standing.get(f"tokens/{derived_id('nobody', 'request')}", form), 404)


# --- GET Service Requests, GET Service Request -------------------------------------------------------------

FIELDS = {
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
}


@both_formats
@pytest.mark.parametrize("single", [True, False])
async def test_a_public_request_shows_all_fields_and_nothing_personal(
    standing: Standing, form: str, single: bool
) -> None:
    number = await standing.posted(
        description="Çukur var, beni arayın 0532 000 00 00",
        address_string="Ağa Hamamı Sokak 7 daire 3",
        first_name="Ayşe",
        email="ayse@example.com",
        media_url="https://foto.example/1.jpg",
    )
    await standing.tell(number, code=PUBLIC)
    answer = await standing.get(f"requests/{number}" if single else "requests", form)
    (shown,) = read(answer, "service_requests")
    assert set(shown) == FIELDS
    assert shown["service_request_id"] == number
    assert (shown["status"], shown["service_code"]) == ("open", PUBLIC)
    assert shown["service_name"] == "Yol bozukluğu"
    assert shown["agency_responsible"] == "Temizlik İşleri Müdürlüğü"
    assert shown["description"] == "Çukur var, beni arayın [telefon gizlendi]"
    assert as_text([shown["lat"], shown["long"]]) == ["41.034", "28.978"]
    for hidden in ("Hamamı", "Ayşe", "ayse", "0532", "foto.example", "/t/"):
        assert hidden not in answer.text


@both_formats
async def test_times_are_written_as_the_w3c_does_with_an_offset(standing: Standing, form: str) -> None:
    number = await standing.posted()
    await standing.tell(number, code=PUBLIC)
    (shown,) = read(await standing.get(f"requests/{number}", form), "service_requests")
    for name in ("requested_datetime", "updated_datetime"):
        assert len(shown[name]) == len("2026-01-01T00:00:00+03:00")
        assert datetime.fromisoformat(shown[name]).utcoffset() == timedelta(hours=3)


@both_formats
async def test_a_request_that_does_not_exist_is_404(standing: Standing, form: str) -> None:
    for unknown in ("123456", "BB-2026-9999999-X"):
        refused(await standing.get(f"requests/{unknown}", form), 404)


@pytest.mark.parametrize(
    "hides",
    [
        {"code": PRIVATE},
        {"code": PUBLIC, "wall": "saglik"},
        {"code": PUBLIC, "kind": "petition"},
        {"code": PUBLIC, "kind": "information"},
        {"code": PUBLIC, "kind": "data_subject"},
        {"code": PUBLIC, "several": True},
    ],
    ids=str,
)
async def test_what_is_not_public_is_not_listed_and_tells_its_status_alone(
    standing: Standing, hides: dict[str, Any]
) -> None:
    number = await standing.posted()
    await standing.tell(number, **hides)
    assert (await standing.get("requests")).json() == []
    for parameters in ({"path": f"requests/{number}"}, {"path": "requests", "service_request_id": number}):
        (shown,) = (await standing.get(**parameters)).json()
        told = {name for name, value in shown.items() if value is not None}
        assert told == {
            "service_request_id",
            "status",
            "status_notes",
            "requested_datetime",
            "updated_datetime",
        }


async def test_whose_applicant_was_erased_is_not_shown_any_more(standing: Standing) -> None:
    number = await standing.posted(email="ayse@example.com")
    event = await standing.tell(number, code=PUBLIC)
    assert len((await standing.get("requests")).json()) == 1
    assert await VaultStore(standing.database).erase([event.request_id], system_clock()) == 1
    assert (await standing.get("requests")).json() == []
    (shown,) = (await standing.get(f"requests/{number}")).json()
    assert (shown["status"], shown["description"]) == ("open", None)


async def test_before_the_first_decision_nobody_knows_what_it_is_about(standing: Standing) -> None:
    number = await standing.posted()
    assert (await standing.get("requests")).json() == []
    (shown,) = (await standing.get(f"requests/{number}")).json()
    assert (shown["status"], shown["description"]) == ("open", None)


async def test_what_was_public_is_taken_off_the_list_when_a_person_sees_what_it_is(
    standing: Standing,
) -> None:
    number = await standing.posted()
    await standing.tell(number, code=PUBLIC)
    await standing.tell(number, code=PRIVATE, sequence=2)
    assert (await standing.get("requests")).json() == []
    await standing.tell(number, code=PUBLIC, sequence=1)
    assert (await standing.get("requests")).json() == []


@both_formats
async def test_what_another_authority_has_is_closed_and_says_who_has_it(
    standing: Standing, form: str
) -> None:
    number = await standing.posted()
    event = await standing.tell(number, code=PUBLIC, authority="İSKİ")
    (shown,) = read(await standing.get("requests", form, status="closed"), "service_requests")
    assert (shown["status"], shown["agency_responsible"]) == ("closed", "İSKİ")
    assert datetime.fromisoformat(shown["updated_datetime"]) == event.occurred_at.replace(microsecond=0)
    assert read(await standing.get("requests", form, status="open"), "service_requests") == []


@both_formats
async def test_filters_by_service_and_status_may_hold_several(standing: Standing, form: str) -> None:
    codes = ("FEN-YOL", "TEM-KNT", "PRK-OYN")
    for code in codes:
        await standing.tell(await standing.posted(service_code=code, description=code), code=code)
    listed = read(await standing.get("requests", form, service_code="FEN-YOL,tem-knt"), "service_requests")
    assert {s["service_code"] for s in listed} == {"FEN-YOL", "TEM-KNT"}
    assert read(await standing.get("requests", form, service_code="033"), "service_requests") == []
    every = read(await standing.get("requests", form, status="open,closed"), "service_requests")
    assert len(every) == len(codes)


@both_formats
async def test_numbers_override_all_other_parameters(standing: Standing, form: str) -> None:
    numbers = [await standing.posted(description=f"Çukur {n}") for n in range(3)]
    await standing.tell(numbers[0], code=PUBLIC)
    asked = ",".join([numbers[2], "BB-2026-9999999-X", numbers[0]])
    listed = read(
        await standing.get("requests", form, service_request_id=asked, status="closed", start_date="x"),
        "service_requests",
    )
    assert [s["service_request_id"] for s in listed] == [numbers[2], numbers[0]]


async def aged(standing: Standing, days: int) -> str:
    """Post a request and let it be public and ``days`` old."""
    number = await standing.posted(description=f"{days} gün önce")
    event = await standing.tell(number, code=PUBLIC)
    then = system_clock() - timedelta(days=days)
    await standing.database.collection("open311_listing").update(
        {"_id": str(event.request_id)}, {"$set": {"requested_at": then}}
    )
    return number


@both_formats
async def test_without_dates_the_list_goes_back_90_days(standing: Standing, form: str) -> None:
    recent, _old = await aged(standing, 89), await aged(standing, 91)
    listed = read(await standing.get("requests", form), "service_requests")
    assert [s["service_request_id"] for s in listed] == [recent]


@both_formats
async def test_dates_choose_and_may_be_90_days_apart(standing: Standing, form: str) -> None:
    await aged(standing, 10)
    old = await aged(standing, 200)
    now = datetime.now(UTC)
    for written in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%d"):
        window = {
            "start_date": f"{now - timedelta(days=220):{written}}",
            "end_date": f"{now - timedelta(days=150):{written}}",
        }
        listed = read(await standing.get("requests", form, **window), "service_requests")
        assert [s["service_request_id"] for s in listed] == [old]
    alone = {"start_date": f"{now - timedelta(days=220):%Y-%m-%dT%H:%M:%SZ}"}
    assert [s["service_request_id"] for s in (await standing.get("requests", **alone)).json()] == [old]
    alone = {"end_date": f"{now - timedelta(days=150):%Y-%m-%dT%H:%M:%SZ}"}
    assert [s["service_request_id"] for s in (await standing.get("requests", **alone)).json()] == [old]


async def test_a_plus_that_was_not_escaped_is_still_a_plus(standing: Standing) -> None:
    await aged(standing, 10)
    start = f"{datetime.now(UTC) - timedelta(days=20):%Y-%m-%dT%H:%M:%S}+03:00"
    answer = await standing.door.get(f"/open311/v2/requests.json?start_date={start}")
    assert len(answer.json()) == 1
    assert quote(start) != start


@both_formats
@pytest.mark.parametrize(
    "parameters",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"status": "done"},
        {"page": "0"},
        {"page_size": "1001"},
        {"service_request_id": ",".join(["1"] * 101)},
    ],
    ids=",".join,
)
async def test_parameters_that_cannot_be_used_are_400(
    standing: Standing, form: str, parameters: dict[str, str]
) -> None:
    assert len(refused(await standing.get("requests", form, **parameters), 400)) == 1


@both_formats
async def test_pages(standing: Standing, form: str) -> None:
    numbers = [await aged(standing, days) for days in (1, 2, 3)]
    pages = [
        read(await standing.get("requests", form, page=str(page), page_size="2"), "service_requests")
        for page in (1, 2, 3)
    ]
    assert [[s["service_request_id"] for s in page] for page in pages] == [numbers[:2], numbers[2:], []]


async def test_the_public_list_can_be_switched_off(mongodb: str, tmp_path: Path) -> None:
    async with standing_app(mongodb, tmp_path, ISTEK_OPEN311_PUBLIC_LIST="false") as standing:
        number = await standing.posted()
        await standing.tell(number, code=PUBLIC)
        assert (await standing.get("requests")).json() == []
        (shown,) = (await standing.get(f"requests/{number}")).json()
        assert (shown["status"], shown["description"], shown["lat"]) == ("open", None, None)


async def test_the_endpoint_can_be_switched_off(mongodb: str, tmp_path: Path) -> None:
    async with standing_app(mongodb, tmp_path, ISTEK_OPEN311_ENABLED="false") as standing:
        assert (await standing.get("services")).status_code == 404


# --- errors ------------------------------------------------------------------------------------------------


@both_formats
async def test_an_address_that_does_not_exist_is_404_in_the_standards_form(
    standing: Standing, form: str
) -> None:
    refused(await standing.get("requests/1/2", form), 404)


async def test_who_is_refused_before_the_endpoint_reads_the_standards_form(
    mongodb: str, tmp_path: Path
) -> None:
    async with standing_app(mongodb, tmp_path, ISTEK_INTAKE_RATE_ADDRESS="2/600") as standing:
        for form in FORMATS:
            assert (await standing.get("services", form)).status_code == 200
        for form in FORMATS:
            answer = await standing.get("services", form)
            refused(answer, 400, 429)
            assert 0 < int(answer.headers["retry-after"]) <= 300
            assert answer.headers["access-control-allow-origin"] == "*"


@both_formats
async def test_dates_of_a_list_are_asked_for_once(
    standing: Standing, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [await standing.posted(description=f"Yolda {n} çukur var") for n in range(3)]
    closed, *waiting = numbers
    await standing.tell(closed, code=PUBLIC, authority="İSKİ")
    for number in waiting:
        await standing.tell(number, code=PUBLIC)
    calls: list[int] = []

    async def targets(_: object, ids: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
        calls.append(len(ids))
        return dict.fromkeys(ids, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))

    monkeypatch.setattr(ClocksOverHttp, "targets", targets)
    for answer in (
        await standing.get("requests", form),
        await standing.get("requests", form, service_request_id=",".join(numbers)),
    ):
        shown = {r["service_request_id"]: r["expected_datetime"] for r in read(answer, "service_requests")}
        assert not shown.pop(closed)
        assert shown == dict.fromkeys(waiting, "2026-12-01T12:00:00+03:00")
    assert calls == [2, 2]


@both_formats
async def test_while_the_database_is_away_it_is_400_with_503_in_the_body(
    standing: Standing, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise UnavailableError("away")

    monkeypatch.setattr(IntakeStore, "request_by_number", away)
    answer = await standing.get("requests/BB-2026-0012345-L", form)
    refused(answer, 400, 503)
    assert int(answer.headers["retry-after"]) > 0
