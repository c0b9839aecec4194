"""The receipt on paper: a tagged, archivable PDF (PDF/A-3a, PDF/UA-1) made by Typst, and sealed."""

import json
from dataclasses import asdict
from enum import StrEnum
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Final

import segno
import typst

from services.intake.receipts.links import Receipt
from services.intake.receipts.sealing import sealed
from services.intake.receipts.signing import ALGORITHM, SigningKeys
from services.intake.receipts.statement import Statement, sha256
from services.intake.receipts.wording import rows

_TEMPLATE: Final = Path(__file__).with_name("receipt.typ")
_QUIET_ZONE: Final = 4


class Paper(StrEnum):
    """What a receipt can be printed on: sheets, and the roll of a counter's printer."""

    A4 = "a4"
    A5 = "a5"
    ROLL = "80mm"


class Printer:
    """Makes receipts as PDF. The same receipt on the same paper has the same bytes."""

    def __init__(self, keys: SigningKeys, *, municipality: str, unit: str) -> None:
        """Read template and fonts.

        Args:
            keys: sign each document.
            municipality: name in the head of the paper.
            unit: the directorate that keeps the register, below it.
        """
        self._keys = keys
        self._head = {"municipality": municipality, "unit": unit}
        # The system's own fonts differ from machine to machine, and with them the bytes.
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[Path(str(files("fontpkg_roboto"))) / "files"],
        )
        # One compiler for good: Typst numbers the sources of every new one and ends after 65,535 of them.
        self._compiler = typst.Compiler(input=_TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
        self._one_at_a_time = Lock()

    def pdf(self, receipt: Receipt, statement: Statement, paper: Paper) -> bytes:
        """Return the document. It takes milliseconds of computing and belongs into a thread."""
        token = self._keys.sign(statement)
        content = {
            **self._head,
            "number": receipt.number,
            "code": receipt.code,
            "rows": [asdict(row) for row in rows(statement)],
            "qr": qr_svg(receipt.tracking_url),
            "host": statement.iss.partition("://")[2],
            "key": f"{ALGORITHM} · anahtar {self._keys.key_id}",
            "fingerprint": statement.fingerprint.partition(":")[2][:16],
            "token": token,
            "paper": paper.value,
        }
        with self._one_at_a_time:
            pdf = self._compiler.compile(
                format="pdf",
                sys_inputs={"receipt": json.dumps(content)},
                pdf_standards=["a-3a", "ua-1"],
                timestamp=int(statement.received_at.timestamp()),
            )
        if not isinstance(pdf, bytes):
            raise TypeError("a PDF is one file")
        return sealed(pdf, self._keys.sign(statement.model_copy(update={"document": sha256(pdf)})))


def qr_svg(url: str) -> str:
    """Return a QR code with its quiet zone as an SVG image that fills what it stands in."""
    image = BytesIO()
    segno.make_qr(url, error="m").save(
        image,
        kind="svg",
        border=_QUIET_ZONE,
        omitsize=True,
        dark="#000",
        light="#fff",
        xmldecl=False,
        nl=False,
    )
    return image.getvalue().decode()
