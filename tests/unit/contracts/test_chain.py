import hashlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.chain import GENESIS, canonical, first_break, seal, seal_and_write

TEXTS = st.lists(st.text(max_size=20), min_size=2, max_size=6)


def chain(texts: list[str]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    previous = GENESIS
    for number, text in enumerate(texts, start=1):
        events.append(seal({"sequence": number, "text": text}, previous))
        previous = events[-1]["hash"]
    return events


@given(TEXTS)
def test_an_untouched_chain_holds(texts: list[str]) -> None:
    assert first_break(chain(texts)) is None


@given(TEXTS, st.data())
def test_changing_an_event_is_found_at_its_place(texts: list[str], data: st.DataObject) -> None:
    events = chain(texts)
    index = data.draw(st.integers(0, len(events) - 1))
    events[index] = events[index] | {"text": events[index]["text"] + "!"}
    assert first_break(events) == f"sequence {index + 1} was changed after it was written"


@given(TEXTS, st.data())
def test_removing_an_event_that_others_follow_is_found(texts: list[str], data: st.DataObject) -> None:
    events = chain(texts)
    index = data.draw(st.integers(0, len(events) - 2))
    del events[index]
    assert first_break(events) == f"sequence {index + 1} is missing: {index + 2} follows {index}"


@given(TEXTS)
def test_resealing_a_changed_event_breaks_the_link_after_it(texts: list[str]) -> None:
    events = chain(texts)
    events[0] = seal(events[0] | {"text": "forged"}, GENESIS) if texts[0] != "forged" else events[0]
    expected = None if texts[0] == "forged" else "sequence 2 does not continue the event before it"
    assert first_break(events) == expected


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_what_is_written_is_what_was_sealed(data: dict[str, Any]) -> None:
    sealed, written = seal_and_write(data, GENESIS)
    assert written == canonical(sealed)
    unsealed = {name: value for name, value in sealed.items() if name != "hash"}
    assert sealed["hash"] == hashlib.sha256(canonical(unsealed)).hexdigest()


def test_canonical_json_does_not_depend_on_the_order_of_members() -> None:
    assert canonical({"b": 1, "a": "ş"}) == canonical({"a": "ş", "b": 1}) == '{"a":"ş","b":1}'.encode()
