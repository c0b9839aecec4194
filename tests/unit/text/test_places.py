"""Which neighbourhood a text or a point means, and when none can be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.places import (
    BEYOGLU_BOX,
    Neighbourhood,
    in_beyoglu,
    nearest_neighbourhood,
    neighbourhoods,
    resolve_neighbourhood,
)

NAMES = [n.name for n in neighbourhoods()]


def test_the_district_has_45_neighbourhoods() -> None:
    assert len(set(NAMES)) == 45


@pytest.mark.parametrize("neighbourhood", neighbourhoods(), ids=lambda n: n.name)
def test_every_spelling_in_every_case_names_its_neighbourhood(neighbourhood: Neighbourhood) -> None:
    for spelling in (neighbourhood.name, *neighbourhood.variants):
        upper = spelling.replace("i", "İ").replace("ı", "I").upper()
        for written in (
            spelling,
            upper,
            f"{spelling} Mah.",
            f"Beyoğlu, {spelling} Mahallesi no 5",
            f"{spelling} mh",
        ):
            assert resolve_neighbourhood(written) == neighbourhood.name, written


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cihangirde copler alinmiyor", "Cihangir"),
        ("Cihangir'deki parkta lamba yanmıyor", "Cihangir"),
        ("Gümüşsuyu’nda oturuyorum", "Gümüşsuyu"),
        ("Çukur Mahallesi'nde yolda çukur var", "Çukur"),
        ("kalyoncukulluk mah. su akmıyor", "Kalyoncu Kulluğu"),
        ("Tomtom Mah. Kaptan Sokak, Cihangir'e giderken", "Tomtom"),
        ("Kemankeş Kara Mustafa Paşa Mahallesi", "Kemankeş Karamustafapaşa"),
        ("Piyalepaşa muhtarlığının önü", "Piyalepaşa"),
    ],
)
def test_running_text_that_names_one(text: str, name: str) -> None:
    assert resolve_neighbourhood(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sokağımızda büyük bir çukur var",
        "İstiklal Caddesi'nde çöpler taşıyor",
        "İstiklal'de seyyar satıcılar",
        "Tomtom Kaptan Sokak",
        "Piyalepaşa Bulvarı üzerinde kaza",
        "bostan ekmek istiyoruz, bülbül sesi",
        "Cihangir ile Firuzağa arasında",
        "Cihangir Bey kaba davrandı",
        "Kadıköy",
        "!!!",
    ],
)
def test_running_text_that_names_none_or_leaves_it_open(text: str) -> None:
    assert resolve_neighbourhood(text) is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert resolve_neighbourhood(text) in {None, *NAMES}


@pytest.mark.parametrize("neighbourhood", neighbourhoods(), ids=lambda n: n.name)
def test_a_neighbourhoods_own_point_is_nearest_to_it(neighbourhood: Neighbourhood) -> None:
    assert in_beyoglu(neighbourhood.lat, neighbourhood.lon)
    assert nearest_neighbourhood(neighbourhood.lat, neighbourhood.lon) == neighbourhood.name


@pytest.mark.parametrize(("lat", "lon"), [(41.0422, 29.0083), (40.9907, 29.0230), (41.0082, 28.9784), (0, 0)])
def test_points_of_other_districts_have_no_neighbourhood_here(lat: float, lon: float) -> None:
    assert not in_beyoglu(lat, lon)
    assert nearest_neighbourhood(lat, lon) is None


def test_the_edges_belong_to_the_box() -> None:
    assert in_beyoglu(BEYOGLU_BOX.south, BEYOGLU_BOX.west)
    assert not in_beyoglu(BEYOGLU_BOX.south - 1e-6, BEYOGLU_BOX.west)
