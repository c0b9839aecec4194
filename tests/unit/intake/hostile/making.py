"""Files as senders make them, good and bad, made from scratch so that each shows what is wrong with it."""

import io
import struct
import zipfile
import zlib
from datetime import datetime

from PIL import Image, TiffImagePlugin
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

GPS_IFD, EXIF_IFD, ORIENTATION, ARTIST = 0x8825, 0x8769, 0x0112, 0x013B
SECRET = "Seri-No-4711"


def picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert(mode)


def written(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def exif(
    *,
    lat: tuple[float, float, float] = (41.0, 1.0, 57.0),
    lon: tuple[float, float, float] = (28.0, 59.0, 6.0),
    taken: datetime | None = None,
    offset: str | None = None,
    orientation: int = 1,
) -> Image.Exif:
    told = Image.Exif()
    told[ARTIST] = SECRET
    told[ORIENTATION] = orientation
    told.get_ifd(GPS_IFD).update(
        {1: "N", 2: rationals(*lat), 3: "E", 4: rationals(*lon), 31: TiffImagePlugin.IFDRational(12, 1)}
    )
    shot = told.get_ifd(EXIF_IFD)
    shot[0x9003] = (taken or datetime(2026, 11, 23, 14, 31, 20)).strftime("%Y:%m:%d %H:%M:%S")  # noqa: DTZ001
    if offset:
        shot[0x9011] = offset
    return told


def rationals(*parts: float) -> tuple[TiffImagePlugin.IFDRational, ...]:
    return tuple(TiffImagePlugin.IFDRational(round(part * 100), 100) for part in parts)


def jpeg(**options: object) -> bytes:
    return written(picture(), "JPEG", **options)


def png(**options: object) -> bytes:
    return written(picture(), "PNG", **options)


def heic(**options: object) -> bytes:
    return written(picture(), "HEIF", **options)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that claims a size; its pixels are a long run of zeros, however little of it there is."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *more,
            chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9)),
            chunk(b"IEND", b""),
        )
    )


def png_with_text_bomb() -> bytes:
    """A text of 80 MB that takes 80 KB."""
    return png_of(10, 10, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)))


def jpeg_claiming(width: int, height: int) -> bytes:
    content = bytearray(jpeg())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("index.html", "<script>alert(1)</script>")
    return file.getvalue()


def pdf(**options: object) -> bytes:
    """A PDF of one page; ``password``, ``script``, ``launch``, ``on_page`` and ``in_stream`` spoil it."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if options.get("script"):
        writer.root_object[NameObject("/OpenAction")] = action("/JavaScript", "/JS", "app.alert(1)")
    if options.get("launch"):
        writer.root_object[NameObject("/OpenAction")] = action("/Launch", "/F", "calc.exe")
    if options.get("on_page"):
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action("/JavaScript", "/JS", "1")})
    if options.get("form"):
        form = DictionaryObject({NameObject("/XFA"): ArrayObject([TextStringObject("template")])})
        writer.root_object[NameObject("/AcroForm")] = form
    if options.get("attached"):
        writer.add_attachment("beyan.xml", b"<beyan/>")
    if options.get("password"):
        writer.encrypt("gizli")
    if options.get("loose"):
        writer._add_object(action("/JavaScript", "/JS", "1"))
    if options.get("plain_text"):
        text = DecodedStreamObject()
        text.set_data(b"BT (merhaba) Tj ET")
        page[NameObject("/Contents")] = writer._add_object(text)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def letter() -> bytes:
    """A PDF of one A4 page in portrait with lines to read on it."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
    fonts = DictionaryObject({NameObject("/F"): named})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    text = DecodedStreamObject()
    lines = b" T* ".join(b"(Beyoglu Belediyesi, satir %d) Tj" % n for n in range(1, 20))
    text.set_data(b"BT /F 28 Tf 36 TL 60 760 Td " + lines + b" ET")
    page[NameObject("/Contents")] = writer._add_object(text)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def action(kind: str, member: str, value: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(member): TextStringObject(value)})
