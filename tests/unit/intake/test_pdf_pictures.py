"""The small picture of a PDF's first page: there when it can be, and never a danger to the door."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from signal import SIGABRT, SIGXCPU, Signals
from subprocess import CalledProcessError, TimeoutExpired
from typing import Final

import pytest
from PIL import Image

from services.intake.attachments.first_page import LIMITS, Limits, drawn_apart, first_page
from services.intake.attachments.kinds import FileKind
from services.intake.attachments.refusals import FileRefusedError, Reason
from services.intake.attachments.workshop import MOST_MEMORY, Workshop
from tests.unit.intake.hostile.making import pdf, picture, png, written
from tests.unit.intake.hostile.pages import drawn, form_in_itself, forms_within_forms, huge_image, shaded


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    workshop = Workshop(1)
    yield workshop
    await workshop.close()


HOSTILE: Final[Mapping[str, Callable[[], bytes]]] = {
    "a page of a million inches": lambda: drawn(box=(0, 0, 72e6, 72e6)),
    "a page like a thread": lambda: drawn(box=(0, 0, 1, 1e9)),
    "a page without area": lambda: drawn(box=(0, 0, 0, 0)),
    "a page from right to left": lambda: drawn(box=(200, 200, -200, -200)),
    "a page beyond all numbers": lambda: drawn(box=(0, 0, 1e39, 1e39)),
    "an image of gigabytes": lambda: drawn(b"200 0 0 200 0 0 cm /X Do", resources=huge_image),
    "a form in itself": lambda: drawn(b"/X Do", resources=form_in_itself),
    "forms within forms": forms_within_forms,
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


LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="macOS does not keep a limit of memory")


@pytest.mark.parametrize(
    ("hostile", "harmless", "limits", "signal"),
    [
        pytest.param(shaded(20_000), shaded(10), Limits(cpu_s=2), SIGXCPU, id="time"),
        pytest.param(
            forms_within_forms(), forms_within_forms(2), LIMITS, SIGABRT, id="memory", marks=LINUX_ONLY
        ),
    ],
)
def test_a_page_that_costs_too_much_is_given_up_at_the_limit(
    hostile: bytes, harmless: bytes, limits: Limits, signal: Signals
) -> None:
    with pytest.raises(CalledProcessError) as ended:
        drawn_apart(hostile, limits)
    assert ended.value.returncode == -signal
    assert Image.open(io.BytesIO(drawn_apart(harmless, limits))).size == (320, 320)


def test_a_page_that_waits_for_the_processor_is_given_up_too() -> None:
    with pytest.raises(TimeoutExpired):
        drawn_apart(shaded(20_000), Limits(longest_s=1))


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
