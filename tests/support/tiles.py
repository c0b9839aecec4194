"""A server of map tiles, all alike."""

import struct
import zlib

from fastapi import FastAPI, HTTPException, Response


def tile() -> bytes:
    """Return a grey PNG of 256 by 256."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xd8" * 255 + b"\xb8") * 256)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tiles() -> FastAPI:
    """Return a server that has tiles up to zoom 19 under ``/there`` and none under ``/away``."""
    app, image = FastAPI(), tile()

    @app.get("/{kind}/{z}/{x}/{y}.png")
    def answer(kind: str, z: int, x: int, y: int) -> Response:
        if kind != "there" or not (0 <= x < 2**z and 0 <= y < 2**z):
            raise HTTPException(404)
        return Response(image, media_type="image/png")

    return app
