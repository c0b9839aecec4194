"""The small picture of a PDF's first page: there when it can be, and never a danger to the door."""

import asyncio
import io
import zlib
from collections.abc import AsyncIterator, Callable
from functools import cache

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from services.intake.attachments.first_page import first_page
from services.intake.attachments.kinds import FileKind
from services.intake.attachments.refusals import FileRefusedError, Reason
from services.intake.attachments.workshop import MOST_MEMORY, Workshop
from tests.unit.intake.hostile.making import pdf, picture, png, written

BLACK_BOX = b"0 0 0 rg 50 50 100 100 re f"


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    workshop = Workshop(1)
    yield workshop
    await workshop.close()


def drawn(
    content: bytes = BLACK_BOX,
    *,
    box: tuple[float, float, float, float] = (0, 0, 200, 200),
    resources: Callable[[PdfWriter], DictionaryObject] | None = None,
) -> bytes:
    """Return a PDF of one page with a packed content stream."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    page[NameObject("/MediaBox")] = ArrayObject([FloatObject(side) for side in box])
    page[NameObject("/Contents")] = writer._add_object(packed(zlib.compress(content)))
    if resources:
        page[NameObject("/Resources")] = resources(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def packed(data: bytes, **members: object) -> StreamObject:
    stream = StreamObject()
    stream._data = data
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    for name, value in members.items():
        stream[NameObject(f"/{name}")] = (
            NumberObject(value) if isinstance(value, int) else NameObject(str(value))
        )
    return stream


def named(kind: str, thing: object) -> DictionaryObject:
    return DictionaryObject({NameObject(kind): DictionaryObject({NameObject("/X"): thing})})


@cache
def packed_zeros(count: int) -> bytes:
    zeros, packer = bytes(10_000_000), zlib.compressobj(1)
    return b"".join(packer.compress(zeros) for _ in range(count // len(zeros))) + packer.flush()


def huge_image(writer: PdfWriter) -> DictionaryObject:
    side = 20_000
    data = packed_zeros(side * side * 3)
    image = packed(data, Type="/XObject", Subtype="/Image", Width=side, Height=side, ColorSpace="/DeviceRGB")
    image[NameObject("/BitsPerComponent")] = NumberObject(8)
    return named("/XObject", writer._add_object(image))


def form_in_itself(writer: PdfWriter) -> DictionaryObject:
    form = packed(zlib.compress(b"/X Do /X Do /X Do"), Type="/XObject", Subtype="/Form")
    form[NameObject("/BBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 200, 200)])
    there = writer._add_object(form)
    form[NameObject("/Resources")] = named("/XObject", there)
    return named("/XObject", there)


def forms_within_forms(writer: PdfWriter) -> DictionaryObject:
    """Each draws the next a hundred times: 100 to the 10th boxes from 2 KB."""
    there = writer._add_object(form_of(BLACK_BOX))
    for _ in range(10):
        form = form_of(b"/X Do " * 100)
        form[NameObject("/Resources")] = named("/XObject", there)
        there = writer._add_object(form)
    return named("/XObject", there)


def form_of(content: bytes) -> StreamObject:
    form = packed(zlib.compress(content), Type="/XObject", Subtype="/Form")
    form[NameObject("/BBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 200, 200)])
    return form


HOSTILE = {
    "a page of a million inches": lambda: drawn(box=(0, 0, 72e6, 72e6)),
    "a page like a thread": lambda: drawn(box=(0, 0, 1, 1e9)),
    "a page without area": lambda: drawn(box=(0, 0, 0, 0)),
    "a page from right to left": lambda: drawn(box=(200, 200, -200, -200)),
    "a page beyond all numbers": lambda: drawn(box=(0, 0, 1e39, 1e39)),
    "an image of gigabytes": lambda: drawn(b"200 0 0 200 0 0 cm /X Do", resources=huge_image),
    "a form in itself": lambda: drawn(b"/X Do", resources=form_in_itself),
    "forms within forms": lambda: drawn(b"/X Do", resources=forms_within_forms),
    "a hundred million operators": lambda: drawn(b"0 0 m 9 9 l S " * 7_000_000),
    "a stream that is none": lambda: pdf(plain_text=True).replace(b"BT (merhaba)", b"\xff\xff\xff (merhab"),
    "a cross-reference that leads nowhere": lambda: drawn().replace(b"startxref\n", b"startxref\n99"),
    "no cross-reference": lambda: drawn().replace(b"xref", b"frex"),
    "no page": lambda: drawn().replace(b"/Count 1", b"/Count 0").replace(b"/Kids [ 4 0 R ]", b"/Kids [ ]"),
    "a password": lambda: pdf(password=True),
    "a page that is its own parent": lambda: drawn().replace(b"/Type /Page\n", b"/Type /Pages\n"),
}


@pytest.mark.parametrize(("box", "size"), [((0, 0, 595, 842), (227, 320)), ((0, 0, 842, 595), (320, 227))])
def test_the_picture_shows_the_page(box: tuple[float, float, float, float], size: tuple[int, int]) -> None:
    small = first_page(drawn(b"0.9 0.1 0.1 rg 100 100 300 300 re f", box=box))
    assert small
    shown = Image.open(io.BytesIO(small))
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", size)
    red, white = shown.getpixel((80, size[1] - 80)), shown.getpixel((size[0] - 8, 8))
    assert isinstance(red, tuple)
    assert isinstance(white, tuple)
    assert red[0] > 200
    assert red[1] < 60
    assert min(white) > 250


async def test_a_document_is_kept_as_it_came_with_a_picture_of_its_page(workshop: Workshop) -> None:
    sent = drawn()
    taken = await workshop.examine(sent)
    assert (taken.kind, taken.content, taken.width) == (FileKind.PDF, sent, None)
    assert taken.thumbnail
    assert Image.open(io.BytesIO(taken.thumbnail)).convert("L").getextrema()[0] < 30  # type: ignore[operator]


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_document_harms_the_door(name: str, workshop: Workshop) -> None:
    sent = HOSTILE[name]()
    try:
        taken = await workshop.examine(sent)
    except FileRefusedError as refused:
        assert refused.reason in {Reason.BROKEN, Reason.ENCRYPTED}  # noqa: PT017 - some are kept
    else:
        assert taken.content == sent
        assert taken.thumbnail is None or max(Image.open(io.BytesIO(taken.thumbnail)).size) <= 320
    assert (await workshop.examine(png())).kind is FileKind.PNG


@pytest.mark.parametrize("name", ["an image of gigabytes", "a page without area", "forms within forms"])
async def test_a_document_whose_page_cannot_be_drawn_is_kept(name: str, workshop: Workshop) -> None:
    sent = HOSTILE[name]()
    assert (await workshop.examine(sent)).content == sent


@pytest.mark.parametrize("name", ["a password", "no page"])
def test_what_cannot_be_opened_has_no_picture(name: str) -> None:
    assert first_page(HOSTILE[name]()) is None


async def test_a_process_has_no_more_memory_than_it_needs(workshop: Workshop) -> None:
    await workshop.examine(png())
    assert workshop._pool
    with pytest.raises(MemoryError):
        await asyncio.wrap_future(workshop._pool.submit(bytearray, MOST_MEMORY))


async def test_the_largest_pictures_that_are_taken_fit_into_it(workshop: Workshop) -> None:
    taken = await workshop.examine(written(picture(8000, 8000, "RGBA"), "PNG", compress_level=1))
    assert (taken.width, taken.height) == (8000, 8000)
