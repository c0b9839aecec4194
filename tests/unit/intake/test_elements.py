import pytest

from services.intake.channels.elements import asked_of, elements_of
from shared.contracts.vocabulary import Kind

PAPER, WIRE = False, True


@pytest.mark.parametrize(
    ("kind", "electronic", "asked", "source"),
    [
        (Kind.PETITION, PAPER, ("ad", "imza", "adres"), "law 3071 art. 4"),
        (Kind.PETITION, WIRE, ("ad", "imza", "adres"), "law 3071 art. 4 knows no other form"),
        (Kind.INFORMATION, PAPER, ("ad", "imza", "adres"), "law 4982 art. 6"),
        (Kind.INFORMATION, WIRE, ("ad", "kimlik_no", "adres"), "regulation RG 27.4.2004/25445 art. 10"),
        (
            Kind.DATA_SUBJECT,
            PAPER,
            ("ad", "imza", "kimlik_no", "adres"),
            "communiqué RG 10.3.2018/30356 art. 5, signature if written",
        ),
        (Kind.DATA_SUBJECT, WIRE, ("ad", "kimlik_no", "adres"), "communiqué RG 10.3.2018/30356 art. 5"),
        (Kind.REQUEST, PAPER, (), "no petition in the sense of law 3071 art. 4"),
        (Kind.REQUEST, WIRE, (), "no petition in the sense of law 3071 art. 4"),
        (Kind.COMPLAINT, PAPER, (), "no petition in the sense of law 3071 art. 4"),
        (Kind.COMPLAINT, WIRE, (), "no petition in the sense of law 3071 art. 4"),
    ],
)
def test_the_law_asks(kind: Kind, electronic: bool, asked: tuple[str, ...], source: str) -> None:
    assert asked_of(kind, electronic=electronic) == asked, source


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("electronic", [PAPER, WIRE])
def test_what_is_asked_is_there_or_missing(kind: Kind, electronic: bool) -> None:
    asked = asked_of(kind, electronic=electronic)
    for seen in (set(), {"ad"}, {"imza", "adres"}, {"ad", "imza", "adres", "kimlik_no"}):
        elements = elements_of(kind, seen, electronic=electronic)
        assert set(elements.present) == set(asked) & seen
        assert sorted(elements.present + elements.missing) == sorted(asked)


def test_elements_come_in_the_order_of_the_law() -> None:
    elements = elements_of(Kind.DATA_SUBJECT, {"adres", "imza"}, electronic=PAPER)
    assert elements.present == ("imza", "adres")
    assert elements.missing == ("ad", "kimlik_no")
