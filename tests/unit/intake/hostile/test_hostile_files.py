"""Each file a sender could mean ill with, or not know better, and what it is answered with."""

from collections.abc import Callable

import pytest

from services.intake.attachments.examining import examine
from services.intake.attachments.refusals import FileRefusedError, Reason
from tests.unit.intake.hostile.making import (
    archive,
    heic,
    jpeg,
    jpeg_claiming,
    pdf,
    picture,
    png,
    png_of,
    png_with_text_bomb,
    written,
)

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<html><body><script>alert(1)</script></body></html>"

HOSTILE: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "nothing": (lambda: b"", Reason.EMPTY),
    # ── of no kind that is taken ──
    "a drawing that is a program": (lambda: SVG, Reason.SVG),
    "a drawing behind a long comment": (lambda: b"<!--" + b" " * 3000 + b"-->" + SVG, Reason.SVG),
    "a page": (lambda: PAGE, Reason.UNKNOWN_TYPE),
    "an archive": (archive, Reason.UNKNOWN_TYPE),
    "a program": (lambda: b"MZ" + bytes(500), Reason.UNKNOWN_TYPE),
    "an animation": (lambda: written(picture(mode="P"), "GIF"), Reason.UNKNOWN_TYPE),
    "a film in the iPhone's container": (lambda: b"\0\0\0\x14ftypqt  " + bytes(90), Reason.UNKNOWN_TYPE),
    "a PDF that does not begin as one": (lambda: b"\n" + pdf(), Reason.UNKNOWN_TYPE),
    # ── bombs ──
    "a PNG header of 50,000 × 50,000": (lambda: png_of(50_000, 50_000), Reason.TOO_MANY_PIXELS),
    "a JPEG header of 50,000 × 50,000": (lambda: jpeg_claiming(50_000, 50_000), Reason.TOO_MANY_PIXELS),
    "a PNG whose comment unpacks to 80 MB": (png_with_text_bomb, Reason.BROKEN),
    # ── two things in one ──
    "a JPEG with an archive behind": (lambda: jpeg() + archive(), Reason.MORE_INSIDE),
    "a PNG with an archive behind": (lambda: png() + archive(), Reason.MORE_INSIDE),
    "a HEIC with an archive behind": (lambda: heic() + archive(), Reason.MORE_INSIDE),
    "a PDF with an archive behind": (lambda: pdf() + archive(), Reason.MORE_INSIDE),
    "a JPEG with a page behind": (lambda: jpeg() + PAGE, Reason.MORE_INSIDE),
    "a JPEG with a page in its comment": (lambda: jpeg(comment=PAGE), Reason.MORE_INSIDE),
    "a JPEG with a PHP program in its comment": (
        lambda: jpeg(comment=b"<?php system($_GET[1]);"),
        Reason.MORE_INSIDE,
    ),
    "a JPEG with anything behind": (lambda: jpeg() + b"merhaba", Reason.MORE_INSIDE),
    "an archive behind what looks like another view": (
        lambda: jpeg() + jpeg() + archive(),
        Reason.MORE_INSIDE,
    ),
    "a PDF with anything behind": (lambda: pdf() + b"\nmerhaba", Reason.MORE_INSIDE),
    # ── broken ──
    "a JPEG cut in half": (lambda: jpeg()[: len(jpeg()) // 2], Reason.BROKEN),
    "a PNG cut in half": (lambda: png()[: len(png()) // 2], Reason.BROKEN),
    "a HEIC cut in half": (lambda: heic()[: len(heic()) // 2], Reason.BROKEN),
    "a PDF cut in half": (lambda: pdf()[: len(pdf()) // 2], Reason.BROKEN),
    "three bytes of a JPEG": (lambda: b"\xff\xd8\xff", Reason.BROKEN),
    "a JPEG without a picture": (lambda: b"\xff\xd8\xff\xd9", Reason.BROKEN),
    "a PNG without pixels": (lambda: png_of(3_000, 3_000), Reason.BROKEN),
    "a PDF that is a heading": (lambda: b"%PDF-1.7\n%%EOF", Reason.BROKEN),
    # ── PDFs that are closed, or do something ──
    "an encrypted PDF": (lambda: pdf(password=True), Reason.ENCRYPTED),
    "a PDF with a script": (lambda: pdf(script=True), Reason.SCRIPTED),
    "a PDF with a script on its page": (lambda: pdf(on_page=True), Reason.SCRIPTED),
    "a PDF with a script that nothing points at": (lambda: pdf(loose=True), Reason.SCRIPTED),
    "a PDF that starts a program": (lambda: pdf(launch=True), Reason.SCRIPTED),
    "a PDF form that is a program": (lambda: pdf(form=True), Reason.SCRIPTED),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_for_what_it_is(name: str) -> None:
    make, reason = HOSTILE[name]
    with pytest.raises(FileRefusedError) as refused:
        examine(make())
    assert refused.value.reason is reason
