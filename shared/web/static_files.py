"""Stylesheets, scripts and images under /static, each addressed by its content.

All files are read once at start-up: a name that is not among them does not exist, so no path can lead
outside, and an address that carries the hash may be kept by browsers for a year.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

SHARED_STATIC = Path(__file__).parent / "static"

_YEAR = "public, max-age=31536000, immutable"
_MINUTES = "public, max-age=300"
_PACKED_SUFFIXES = {".css", ".js", ".svg", ".json", ".txt"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent."""

    body: bytes
    media_type: str
    digest: str
    packed: bytes | None = field(repr=False)


class Assets:
    """The static files of one service: its own and those all services share."""

    def __init__(self, *folders: Path, prefix: str = "/static") -> None:
        """Read every file below the shared folder and `folders`; later folders win over earlier ones."""
        self.prefix = prefix
        self._files: dict[str, Asset] = {}
        for folder in (SHARED_STATIC, *folders):
            self._files.update(_read(folder))

    def url(self, name: str) -> str:
        """Return the address of `name`, e.g. `/static/istek.css?v=1f0c…`.

        Raises:
            KeyError: there is no such file; a template with a wrong name fails where it is rendered.
        """
        return f"{self.prefix}/{name}?v={self._files[name].digest}"

    def respond(self, request: Request, name: str) -> Response:
        """Return the file, or 304 when the browser already holds it.

        Raises:
            HTTPException: 404, there is no such file.
        """
        asset = self._files.get(name)
        if asset is None:
            raise HTTPException(404)
        headers = {
            "ETag": f'"{asset.digest}"',
            "Cache-Control": _YEAR if request.query_params.get("v") == asset.digest else _MINUTES,
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = asset.packed, "gzip"
        return Response(body, media_type=asset.media_type, headers=headers)


def mount_static(app: FastAPI, assets: Assets | None = None) -> None:
    """Serve `assets` (the shared ones unless given) below their prefix."""
    served = assets or Assets()

    @app.api_route(served.prefix + "/{name:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def static_file(request: Request, name: str) -> Response:
        return served.respond(request, name)


def _read(folder: Path) -> Iterable[tuple[str, Asset]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), _load(path)


def _load(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    # mtime=0: two replicas of the same release send the same bytes.
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _PACKED_SUFFIXES else None
    return Asset(body, media_type, hashlib.sha256(body).hexdigest()[:16], packed)
