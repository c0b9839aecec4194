"""A picture written anew: its pixels upright and nothing else, and what the camera told of place and time."""

import io
import math
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from PIL import ExifTags, Image, ImageOps
from pillow_heif import register_heif_opener

from services.intake.attachments.kinds import FileKind
from services.intake.attachments.refusals import FileRefusedError, Reason
from shared.clock import ISTANBUL

MOST_PIXELS: Final = 64_000_000
"""What is decoded at most: 50-megapixel phones fit, a header that claims more is not believed."""
THUMBNAIL_SIDE: Final = 320

_FORMATS: Final = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.HEIC: "HEIF"}
_QUALITY: Final = 88
_THUMBNAIL_QUALITY: Final = 80
_REDUCING_GAP: Final = 2.0
"""Pillow's own for thumbnails: whole pixels are added up first, down to twice the size."""
_MODES: Final = frozenset({"L", "RGB"})
_MODES_OF_PNG: Final = _MODES | {"LA", "RGBA"}
_NORTH_EAST: Final = frozenset({"N", "E"})

register_heif_opener(thumbnails=False)
# Ours is the one limit: it is looked at before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What the camera says of where and when; nobody may use it but who is asked.

    Attributes:
        lat: WGS 84 latitude.
        lon: longitude.
        accuracy_m: radius in metres.
        taken_at: the camera's clock; without a time zone of its own it is that of Istanbul.
    """

    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept.

    Attributes:
        kind: JPEG or PNG.
        content: the file.
        thumbnail: a small JPEG.
        width: in pixels, as seen.
        height: in pixels.
        offer: what the camera said.
    """

    kind: FileKind
    content: bytes
    thumbnail: bytes
    width: int
    height: int
    offer: Offer


def rewritten(kind: FileKind, content: bytes) -> Picture:
    """Return the picture without anything but its pixels; HEIC becomes JPEG, which every browser shows.

    Raises:
        FileRefusedError: it cannot be decoded, or claims more pixels than are taken.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileRefusedError(Reason.TOO_MANY_PIXELS)
                picture.load()
                return _rewritten(kind, picture)
        except MemoryError:
            raise FileRefusedError(Reason.TOO_MANY_PIXELS) from None
        except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError):
            # What Pillow and libheif raise for broken files, as they come.
            raise FileRefusedError(Reason.BROKEN) from None


def thumbnail_of(picture: Image.Image) -> bytes:
    """Return a JPEG of it whose longer side is `THUMBNAIL_SIDE` at most."""
    # Not by `Image.thumbnail`, which shrinks in place: a copy of twelve megapixels is 48 MB for nothing.
    share = min(1.0, THUMBNAIL_SIDE / max(picture.size))
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    small = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=_REDUCING_GAP)
    return _encoded(_plain(small, FileKind.JPEG), FileKind.JPEG, _THUMBNAIL_QUALITY)


def _rewritten(kind: FileKind, picture: Image.Image) -> Picture:
    offer = _offer(picture)
    ImageOps.exif_transpose(picture, in_place=True)
    kept = FileKind.PNG if kind is FileKind.PNG else FileKind.JPEG
    pixels = _plain(picture, kept)
    return Picture(
        kind=kept,
        content=_encoded(pixels, kept, _QUALITY),
        thumbnail=thumbnail_of(pixels),
        width=pixels.width,
        height=pixels.height,
        offer=offer,
    )


def _plain(picture: Image.Image, kind: FileKind) -> Image.Image:
    """Return its pixels and no word, in a mode that ``kind`` can write.

    What is returned may be ``picture`` itself.
    """
    if picture.mode == "P" or "transparency" in picture.info:
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode not in (_MODES_OF_PNG if kind is FileKind.PNG else _MODES):
        picture = _on_white(picture) if picture.mode in {"LA", "RGBA"} else picture.convert("RGB")
    # Not a copy: twelve megapixels are 48 MB. What Pillow would write beside pixels stands in `info` alone.
    picture.info.clear()
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _encoded(picture: Image.Image, kind: FileKind, quality: int) -> bytes:
    written = io.BytesIO()
    picture.save(written, _FORMATS[kind], quality=quality)
    return written.getvalue()


def _offer(picture: Image.Image) -> Offer:
    """Return what the camera says as far as it can be read; what cannot is as good as not there."""
    try:
        exif = picture.getexif()
        position, shot = exif.get_ifd(ExifTags.IFD.GPSInfo), exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # noqa: BLE001 - a picture is taken whatever nonsense its metadata holds
        return Offer()
    lat = _degrees(position, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, 90)
    lon = _degrees(position, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, 180)
    taken_at = _instant(shot)
    # A receiver without a fix writes zeros.
    if lat is None or lon is None or (lat, lon) == (0, 0):
        return Offer(taken_at=taken_at)
    return Offer(lat, lon, _metres(position), taken_at)


def _degrees(position: Mapping[int, Any], tag: int, side: int, most: int) -> float | None:
    with suppress(TypeError, ValueError, ArithmeticError, KeyError):
        degrees, minutes, seconds = (float(part) for part in position[tag])
        value = degrees + minutes / 60 + seconds / 3600
        signed = value if str(position[side]).strip("\0 ").upper() in _NORTH_EAST else -value
        if abs(signed) <= most:
            return round(signed, 6)
    return None


def _metres(position: Mapping[int, Any]) -> float | None:
    with suppress(TypeError, ValueError, ArithmeticError, KeyError):
        metres = float(position[ExifTags.GPS.GPSHPositioningError])
        if math.isfinite(metres) and metres >= 0:
            return round(metres, 1)
    return None


def _instant(shot: Mapping[int, Any]) -> datetime | None:
    with suppress(TypeError, ValueError, KeyError):
        stated = datetime.strptime(  # noqa: DTZ007 - the zone comes next
            str(shot[ExifTags.Base.DateTimeOriginal]).strip("\0 "), "%Y:%m:%d %H:%M:%S"
        )
        return _in_zone(stated, str(shot.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 "))
    return None


def _in_zone(stated: datetime, offset: str) -> datetime:
    with suppress(ValueError):
        zone = datetime.strptime(offset, "%z").tzinfo
        return stated.replace(tzinfo=zone)
    return stated.replace(tzinfo=ISTANBUL)
