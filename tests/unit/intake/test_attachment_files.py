"""What becomes of the files of people who mean well."""

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psutil
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from services.intake.attachments import workshop
from services.intake.attachments.examining import Examined, examine
from services.intake.attachments.kinds import FileKind
from services.intake.attachments.pictures import Offer
from services.intake.attachments.problems import problem_of_file
from services.intake.attachments.refusals import FileRefusedError, Reason
from services.intake.attachments.scanning import no_scan, scanner_at
from services.intake.attachments.workshop import Workshop
from shared.clock import ISTANBUL
from shared.outcomes import UnavailableError
from tests.unit.intake.hostile.making import SECRET, exif, heic, jpeg, pdf, picture, png, png_of, written


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def _text_of_png() -> PngInfo:
    text = PngInfo()
    text.add_text("Author", SECRET)
    return text


def _blocks_used_again() -> int:
    return int(Image.core.get_stats()["reused_blocks"])


def _what_a_decoder_finds() -> object:
    return Image.Image()._new(Image.core.new("RGB", (640, 480))).getextrema()


# ── pictures ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("make", "kept"), [(jpeg, FileKind.JPEG), (png, FileKind.PNG), (heic, FileKind.JPEG)]
)
def test_a_picture_keeps_its_pixels_and_loses_what_the_camera_wrote(
    make: Callable[..., bytes], kept: FileKind
) -> None:
    sent = make(exif=exif().tobytes())
    assert SECRET.encode() in sent
    taken = examine(sent)
    assert taken.kind is kept
    assert SECRET.encode() not in taken.content
    shown = opened(taken.content)
    assert not shown.getexif()
    assert (shown.width, shown.height) == (taken.width, taken.height) == (640, 480)
    assert {"exif", "icc_profile", "comment", "XML:com.adobe.xmp"}.isdisjoint(shown.info)


@pytest.mark.parametrize(
    "sent",
    [
        jpeg(comment=SECRET),
        jpeg(xmp=SECRET.encode(), icc_profile=SECRET.encode()),
        png(pnginfo=_text_of_png(), icc_profile=SECRET.encode()),
        written(picture().convert("P"), "PNG", pnginfo=_text_of_png(), transparency=3),
        written(picture().convert("CMYK"), "JPEG", comment=SECRET, icc_profile=SECRET.encode()),
        written(picture(), "MPO", save_all=True, append_images=[picture()], exif=exif().tobytes()),
    ],
    ids=["comment", "xmp", "text of a png", "palette", "for print", "two pictures in one"],
)
def test_words_that_stand_anywhere_in_a_picture_are_lost(sent: bytes) -> None:
    assert SECRET.encode() in sent
    taken = examine(sent)
    assert taken.thumbnail
    for kept in (taken.content, taken.thumbnail):
        assert SECRET.encode() not in kept
        assert opened(kept).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("make", [jpeg, png, heic])
def test_place_and_time_are_read_before(make: Callable[..., bytes]) -> None:
    offer = examine(make(exif=exif().tobytes())).offer
    assert (offer.lat, offer.lon, offer.accuracy_m) == (41.0325, 28.985, 12.0)
    assert offer.taken_at == datetime(2026, 11, 23, 14, 31, 20, tzinfo=ISTANBUL)


def test_a_time_zone_of_its_own_counts() -> None:
    offer = examine(jpeg(exif=exif(offset="+01:00").tobytes())).offer
    assert offer.taken_at == datetime(2026, 11, 23, 14, 31, 20, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("lat", [(0.0, 0.0, 0.0), (95.0, 0.0, 0.0)])
def test_a_position_that_is_none_is_not_offered(lat: tuple[float, float, float]) -> None:
    offer = examine(jpeg(exif=exif(lat=lat, lon=(0.0, 0.0, 0.0)).tobytes())).offer
    assert (offer.lat, offer.lon, offer.accuracy_m) == (None, None, None)
    assert offer.taken_at


def test_nonsense_for_exif_is_no_reason_to_refuse() -> None:
    assert examine(jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).offer == Offer()


def test_a_picture_stands_upright() -> None:
    taken = examine(jpeg(exif=exif(orientation=6).tobytes()))
    assert (taken.width, taken.height) == (480, 640)
    assert opened(taken.content).size == (480, 640)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_mode_is_taken(mode: str) -> None:
    taken = examine(written(picture(mode="L").convert(mode), "PNG"))
    assert taken.kind is FileKind.PNG
    assert taken.thumbnail
    assert opened(taken.thumbnail).format == "JPEG"


def test_a_jpeg_for_print_is_taken_and_what_is_clear_in_a_png_stays_clear() -> None:
    assert opened(examine(written(picture(mode="CMYK"), "JPEG")).content).mode == "RGB"
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    assert opened(examine(written(clear, "PNG")).content).getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_a_thumbnail_has_320_pixels_at_its_longer_side() -> None:
    taken = examine(written(picture(1600, 400), "JPEG"))
    assert taken.thumbnail
    assert opened(taken.thumbnail).size == (320, 80)


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(bytes(32), id="padding"),
        pytest.param(jpeg(), id="another view"),
        pytest.param(b"\0\0\0\x18ftypmp42" + bytes(200), id="a moment of film"),
        pytest.param(bytes(20) + b"Image_UTC_Data1700000000000" + b"SEFT", id="Samsung's trailer"),
    ],
)
def test_what_phones_write_behind_a_picture_is_cut_off(tail: bytes) -> None:
    taken = examine(jpeg() + tail)
    assert taken.content == examine(jpeg()).content


def test_many_zeros_in_few_bytes_are_a_picture_while_they_fit() -> None:
    assert examine(png_of(500, 500)).width == 500


# ── documents ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("more", [{}, {"plain_text": True}, {"attached": True}])
def test_a_pdf_is_kept_as_it_came(more: dict[str, bool]) -> None:
    sent = pdf(**more)
    taken = examine(sent)
    assert (taken.kind, taken.content, taken.thumbnail) == (FileKind.PDF, sent, None)


# ── the workshop ───────────────────────────────────────────────────────────────────────────────────────────


async def test_examining_does_not_hold_up_the_loop_and_refusals_come_back() -> None:
    workshop = Workshop(1)
    beats, ended = 0, asyncio.Event()

    async def beat() -> None:
        nonlocal beats
        while not ended.is_set():
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.create_task(beat())
    try:
        large = written(picture(4000, 3000), "JPEG")
        assert (await workshop.examine(large)).width == 4000
        with pytest.raises(FileRefusedError) as refused:
            await workshop.examine(b"MZ")
        assert refused.value.reason is Reason.UNKNOWN_TYPE
    finally:
        ended.set()
        await beating
        await workshop.close()
    assert beats > 5


@pytest.fixture
def a_tenth(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give a file a tenth of a second of the processor, in this process."""
    monkeypatch.setattr(workshop, "_LONGEST_S", 0.1)
    before = signal.signal(signal.SIGPROF, workshop._interrupt)
    yield
    signal.signal(signal.SIGPROF, before)


@pytest.mark.usefixtures("a_tenth")
def test_a_file_that_takes_too_much_of_the_processor_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_content: bytes) -> Examined:
        while True:
            pass

    monkeypatch.setattr(workshop, "examine", endless)
    with pytest.raises(FileRefusedError) as refused:
        workshop._examine(b"")
    assert refused.value.reason is Reason.BROKEN


@pytest.mark.usefixtures("a_tenth")
def test_a_file_that_waits_for_a_busy_machine_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def waiting(content: bytes) -> Examined:
        time.sleep(0.3)
        return examine(content)

    monkeypatch.setattr(workshop, "examine", waiting)
    assert workshop._examine(png()).kind is FileKind.PNG


async def test_files_are_examined_when_nothing_else_wants_the_processor() -> None:
    workshop = Workshop(1)
    try:
        await workshop.examine(png())
        assert workshop._pool
        (pid,) = workshop._pool._processes
        assert os.getpriority(os.PRIO_PROCESS, pid) == 19
        if sys.platform == "linux":
            assert os.sched_getscheduler(pid) == os.SCHED_IDLE
    finally:
        await workshop.close()


async def test_the_memory_of_one_picture_serves_for_the_next_and_shows_nothing_of_it() -> None:
    workshop = Workshop(1)
    try:
        for _ in range(2):
            await workshop.examine(jpeg())
        assert workshop._pool
        assert workshop._pool.submit(_what_a_decoder_finds).result() == ((0, 0),) * 3
        assert workshop._pool.submit(_blocks_used_again).result() > 0
    finally:
        await workshop.close()


async def test_a_process_that_dies_is_replaced() -> None:
    workshop = Workshop(1)
    try:
        await workshop.examine(png())
        assert workshop._pool
        for process in workshop._pool._processes.values():
            process.kill()
        with pytest.raises(UnavailableError):
            await workshop.examine(png())
        assert (await workshop.examine(png())).kind is FileKind.PNG
    finally:
        await workshop.close()


def test_a_service_that_is_killed_leaves_no_process_behind() -> None:
    program = (
        "import asyncio\n"
        "from services.intake.attachments.workshop import Workshop\n"
        "from tests.unit.intake.hostile.making import png\n"
        "async def main():\n"
        "    workshop = Workshop(1)\n"
        "    await workshop.examine(png())\n"
        "    print(*workshop._pool._processes, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout
        helpers = [int(pid) for pid in service.stdout.readline().split()]
        service.kill()
    assert helpers
    deadline = time.monotonic() + 20
    while any(psutil.pid_exists(pid) for pid in helpers):
        assert time.monotonic() < deadline, "a helper process is still there"
        time.sleep(0.1)


# ── the scanner ────────────────────────────────────────────────────────────────────────────────────────────

EICAR = b"X5O!P%@AP"


@pytest.fixture
async def clamd(tmp_path: Path) -> AsyncIterator[str]:
    """What clamd does with INSTREAM, with one virus in its list and a limit of 200,000 bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4)):
            content += await reader.readexactly(size)
        verdict = b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"
        writer.write((b"INSTREAM size limit exceeded. ERROR" if len(content) > 200_000 else verdict) + b"\0")
        await writer.drain()
        writer.close()

    path = tmp_path / "clamd.sock"
    async with await asyncio.start_unix_server(serve, path):
        yield str(path)


async def test_clamav_has_the_last_word(clamd: str) -> None:
    scan = scanner_at(clamd)
    await scan(bytes(150_000))
    with pytest.raises(FileRefusedError) as refused:
        await scan(bytes(70_000) + EICAR)
    assert refused.value.reason is Reason.INFECTED


async def test_what_clamav_cannot_scan_is_not_taken(clamd: str) -> None:
    with pytest.raises(UnavailableError, match="could not scan"):
        await scanner_at(clamd)(bytes(300_000))


async def test_a_scanner_that_is_away_lets_nothing_through(tmp_path: Path) -> None:
    for address in (str(tmp_path / "none.sock"), "127.0.0.1:1"):
        with pytest.raises(UnavailableError, match="clamd away"):
            await scanner_at(address)(b"text")


async def test_without_a_scanner_nothing_is_asked() -> None:
    assert scanner_at("") is no_scan
    assert await no_scan(EICAR) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("size", "tr", "en"),
    [
        (22_000_000, "Dosya 15 MB’tan küçük olsun (bu 22 MB)", "smaller than 15 MB (this one: 22 MB)"),
        (15_000_001, "Dosya 15 MB’tan küçük olsun (bu 16 MB)", "smaller than 15 MB (this one: 16 MB)"),
        (None, "Dosya 15 MB’tan küçük olsun", "smaller than 15 MB"),
    ],
)
def test_who_sends_too_large_a_file_is_told_how_large_it_is(size: int | None, tr: str, en: str) -> None:
    problem = problem_of_file(FileRefusedError(Reason.TOO_LARGE, size), "/file")
    assert problem.detail["tr"] == problem.errors[0].message_tr == tr
    assert problem.errors[0].message_en.endswith(en)
    assert problem.status == 413
