from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from services.intake.receipts.checking import check
from services.intake.receipts.printing import Paper, Printer, qr_svg
from services.intake.receipts.signing import SigningKeys, load_or_create_keys
from tests.unit.intake.receipt_samples import NUMBER, RECEIPTS, STATEMENT, record

RECEIPT = RECEIPTS.of(record())
MM = 72 / 25.4
# Of what fills 34 mm, the quiet zone takes four modules on each side.
QR_MM, QUIET = 34, 4


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return load_or_create_keys(tmp_path_factory.mktemp("keys"), 2026)


@pytest.fixture(scope="module")
def printer(keys: SigningKeys) -> Printer:
    return Printer(keys, municipality="Beyoğlu Belediyesi", unit="Basın Yayın ve Halkla İlişkiler Müdürlüğü")


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


@pytest.mark.parametrize("paper", Paper)
def test_every_paper_tells_all_with_turkish_letters(printer: Printer, paper: Paper) -> None:
    (page,) = opened(printer.pdf(RECEIPT, STATEMENT, paper)).pages
    text = " ".join(page.extract_text().split())
    for words in (
        "Beyoğlu Belediyesi",
        "Başvuru alındı belgesi",
        NUMBER,
        RECEIPT.code,
        "23 Kasım 2026 Pazartesi, 14.32",
        "Çöp konteyneri taşıyor",
        "Şikâyet",
        "Temizlik İşleri Müdürlüğü",
        "Son gün 23 Aralık 2026 Çarşamba",
        "istek.example/dogrula",
        "2004/12 sayılı Başbakanlık Genelgesi",
        "anahtar 2026-1",
        "3f3f3f3f3f3f3f3f",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("paper", "size"), [(Paper.A4, (210, 297)), (Paper.A5, (148, 210)), (Paper.ROLL, (80, None))]
)
def test_every_paper_has_its_size(printer: Printer, paper: Paper, size: tuple[int, int | None]) -> None:
    (page,) = opened(printer.pdf(RECEIPT, STATEMENT, paper)).pages
    width, height = size
    assert float(page.mediabox.width) == pytest.approx(width * MM, abs=0.5)
    assert height is None or float(page.mediabox.height) == pytest.approx(height * MM, abs=0.5)


def test_a_long_subject_goes_on_on_a_second_page(printer: Printer) -> None:
    long = STATEMENT.model_copy(update={"subject": "Çöp konteyneri taşıyor · " * 60})
    pages = opened(printer.pdf(RECEIPT, long, Paper.A5)).pages
    assert "Sayfa 1 / 2" in pages[0].extract_text()
    assert len(pages) == 2


def test_the_same_receipt_has_the_same_bytes_whoever_makes_it(printer: Printer, keys: SigningKeys) -> None:
    other = Printer(keys, municipality="Beyoğlu Belediyesi", unit="Basın Yayın ve Halkla İlişkiler Müdürlüğü")
    with ThreadPoolExecutor(4) as threads:
        made = list(
            threads.map(lambda one: one.pdf(RECEIPT, STATEMENT, Paper.A5), [printer] * 20 + [other] * 20)
        )
    assert len(set(made)) == 1


def test_the_statement_is_attached_and_can_be_checked_by_itself(printer: Printer, keys: SigningKeys) -> None:
    ((name, (content, *_)),) = opened(printer.pdf(RECEIPT, STATEMENT, Paper.A4)).attachments.items()
    assert name == "alindi.jws"
    assert check(content, keys.published).statement == STATEMENT
    assert content.decode() == keys.sign(STATEMENT)


def test_words_are_no_markup(printer: Printer) -> None:
    sly = STATEMENT.model_copy(update={"subject": '#panic("x") *kalın* $x$ "]'})
    (page,) = opened(printer.pdf(RECEIPT, sly, Paper.A5)).pages
    assert '#panic("x") *kalın* $x$ "]' in page.extract_text()


def test_the_document_is_tagged_in_turkish_and_archivable(printer: Printer) -> None:
    reader = opened(printer.pdf(RECEIPT, STATEMENT, Paper.A5))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == "tr"
    metadata = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


@cache
def drawing() -> ET.Element:
    return ET.fromstring(qr_svg(RECEIPT.tracking_url))


def test_the_code_is_wide_enough_with_a_quiet_zone() -> None:
    _, _, width, height = map(int, drawing().attrib["viewBox"].split())
    assert width == height
    assert QR_MM * (width - 2 * QUIET) / width >= 25
    template = Path("services/intake/receipts/receipt.typ").read_text(encoding="utf-8")
    assert f"qr-size = {QR_MM}mm" in template
