from typing import Any

import pytest

from shared.contracts.compatibility import breaking_changes

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NULL: Schema = {"type": "null"}


def message(properties: Schema, required: list[str] | None = None, **further: Any) -> Schema:  # noqa: ANN401 - JSON
    return {"type": "object", "properties": properties, "required": required or [], **further}


def change(old: Schema, new: Schema) -> list[str]:
    """Return what changing the one member ``x`` breaks."""
    return breaking_changes(message({"x": old}), message({"x": new}))


def test_the_same_schema_breaks_nothing() -> None:
    schema = message({"x": STRING, "y": {"enum": ["a", "b"]}}, ["x"])
    assert breaking_changes(schema, schema) == []


def test_an_optional_member_may_be_added() -> None:
    new = message({"x": STRING, "y": {"anyOf": [STRING, NULL], "default": None}}, ["x"])
    assert breaking_changes(message({"x": STRING}, ["x"]), new) == []


def test_words_about_a_member_may_change() -> None:
    assert (
        change({"type": "string", "title": "A", "description": "b"}, {"type": "string", "title": "C"}) == []
    )


def test_the_order_of_members_values_and_alternatives_means_nothing() -> None:
    old = message({"x": {"enum": ["a", "b"]}, "y": {"anyOf": [STRING, NULL]}}, ["x", "y"])
    new = message({"y": {"anyOf": [NULL, STRING]}, "x": {"enum": ["b", "a"]}}, ["y", "x"])
    assert breaking_changes(old, new) == []


@pytest.mark.parametrize("required", [[], ["x"]])
def test_no_member_may_be_removed(required: list[str]) -> None:
    assert breaking_changes(message({"x": STRING}, required), message({})) == [
        "$.x: removed; breaks old readers"
    ]


def test_a_new_member_may_not_be_required() -> None:
    assert breaking_changes(message({}), message({"x": STRING}, ["x"])) == [
        "$.x: new and required; breaks old messages"
    ]


def test_an_optional_member_may_not_become_required() -> None:
    assert breaking_changes(message({"x": STRING}), message({"x": STRING}, ["x"])) == [
        "$.x: became required; breaks old messages"
    ]


def test_a_required_member_may_not_become_optional() -> None:
    assert breaking_changes(message({"x": STRING}, ["x"]), message({"x": STRING})) == [
        "$.x: became optional; breaks old readers"
    ]


def test_renaming_a_member_is_removing_one_and_adding_one() -> None:
    assert breaking_changes(message({"x": STRING}, ["x"]), message({"y": STRING}, ["y"])) == [
        "$.x: removed; breaks old readers",
        "$.y: new and required; breaks old messages",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("string", "integer"),
        ("integer", "number"),
        ("number", "integer"),
        ("array", "object"),
        ("boolean", "string"),
    ],
)
def test_a_type_may_neither_change_nor_widen(old: str, new: str) -> None:
    assert change({"type": old}, {"type": new}) == [
        f"$.x: type {old} became {new}; breaks old messages and old readers"
    ]


def test_null_may_not_stop_being_accepted() -> None:
    assert change({"anyOf": [STRING, NULL]}, STRING) == [
        "$.x: null is no longer accepted; breaks old messages"
    ]


def test_null_may_not_start_being_accepted() -> None:
    assert change(STRING, {"anyOf": [STRING, NULL]}) == ["$.x: null is accepted too; breaks old readers"]


def test_a_list_of_types_means_the_same_as_alternatives() -> None:
    assert change({"type": ["string", "null"]}, {"anyOf": [STRING, NULL]}) == []
    assert change({"type": ["string", "null"]}, STRING) == [
        "$.x: null is no longer accepted; breaks old messages"
    ]


def test_a_value_may_not_be_removed() -> None:
    assert change({"enum": ["a", "b"]}, {"enum": ["a"]}) == [
        "$.x: 'b' removed from the values; breaks old messages"
    ]


def test_a_value_may_not_be_added() -> None:
    assert change({"enum": ["a"]}, {"enum": ["a", "b", "c"]}) == [
        "$.x: 'b', 'c' added to the values; breaks old readers"
    ]


def test_a_constant_is_a_list_of_one_value() -> None:
    assert change({"const": "a"}, {"enum": ["a"]}) == []
    assert change({"const": "a"}, {"const": "b"}) == [
        "$.x: 'a' removed from the values; breaks old messages",
        "$.x: 'b' added to the values; breaks old readers",
    ]


def test_free_text_may_neither_become_a_list_of_values_nor_the_reverse() -> None:
    values: Schema = {"type": "string", "enum": ["a"]}
    assert change(STRING, values) == ["$.x: only 'a' are accepted; breaks old messages"]
    assert change(values, STRING) == ["$.x: any value is accepted where 'a' were; breaks old readers"]


@pytest.mark.parametrize(
    ("keyword", "old", "new", "effect"),
    [
        ("minimum", 0, 1, "messages"),
        ("minimum", 1, 0, "readers"),
        ("exclusiveMinimum", 0, 1, "messages"),
        ("minLength", 1, 2, "messages"),
        ("minItems", 2, 1, "readers"),
        ("maximum", 90, 80, "messages"),
        ("maximum", 80, 90, "readers"),
        ("exclusiveMaximum", 10, 11, "readers"),
        ("maxLength", 4000, 2000, "messages"),
        ("maxLength", 2000, 4000, "readers"),
        ("maxItems", 5, 4, "messages"),
    ],
)
def test_a_limit_may_neither_narrow_nor_widen(keyword: str, old: int, new: int, effect: str) -> None:
    assert change({keyword: old}, {keyword: new}) == [
        f"$.x: {keyword} {old} became {new}; breaks old {effect}"
    ]


@pytest.mark.parametrize("keyword", ["minimum", "maxLength", "pattern", "format", "uniqueItems"])
def test_a_limit_may_neither_appear_nor_disappear(keyword: str) -> None:
    (appeared,) = change(STRING, {"type": "string", keyword: 3})
    (disappeared,) = change({"type": "string", keyword: 3}, STRING)
    assert appeared == f"$.x: {keyword} (none) became 3; breaks old messages"
    assert disappeared == f"$.x: {keyword} 3 became (none); breaks old readers"


@pytest.mark.parametrize("keyword", ["pattern", "format", "multipleOf", "somethingNew"])
def test_what_cannot_be_compared_must_stay(keyword: str) -> None:
    assert change({keyword: "a"}, {keyword: "b"}) == [
        f"$.x: {keyword} 'a' became 'b'; breaks old messages and old readers"
    ]


def test_a_default_is_part_of_the_meaning_of_old_messages() -> None:
    assert change({"type": "string", "default": "tr"}, {"type": "string", "default": "en"}) == [
        "$.x: default 'tr' became 'en'; breaks old messages"
    ]


def test_the_default_of_a_part_may_gain_what_the_part_may_leave_out() -> None:
    one = {"type": "object", "properties": {"a": {"type": "integer", "default": 0}}, "default": {"a": 0}}
    added = {"anyOf": [STRING, NULL], "default": None}
    two = {**one, "properties": {**one["properties"], "b": added}, "default": {"a": 0, "b": None}}
    assert change(one, two) == []
    assert len(change(one, {**two, "default": {"a": 0, "b": "x"}})) == 1


def test_a_default_of_null_is_not_the_same_as_none() -> None:
    optional: Schema = {"anyOf": [STRING, NULL]}
    assert change({**optional, "default": None}, optional) == [
        "$.x: default None became (none); breaks old messages"
    ]


def test_places_are_named_down_to_the_member() -> None:
    def nested(limit: int) -> Schema:
        row = message({"lat": {"type": "number", "maximum": limit}})
        return message({"rows": {"type": "array", "items": row}})

    assert breaking_changes(nested(90), nested(80)) == [
        "$.rows[*].lat: maximum 90 became 80; breaks old messages"
    ]


def test_values_of_free_members_are_compared() -> None:
    def inputs(kind: str) -> Schema:
        return {"type": "object", "additionalProperties": {"type": kind}}

    assert change(inputs("string"), inputs("integer")) == [
        "$.x.*: type string became integer; breaks old messages and old readers"
    ]


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        (True, False, "accepts less; breaks old messages"),
        (False, True, "accepts more; breaks old readers"),
        (True, STRING, "accepts less; breaks old messages"),
        (STRING, True, "accepts more; breaks old readers"),
        (STRING, False, "accepts less; breaks old messages"),
        (False, STRING, "accepts more; breaks old readers"),
    ],
)
def test_members_nobody_named_may_neither_be_let_in_nor_kept_out(
    old: object, new: object, effect: str
) -> None:
    changes = change(
        {"type": "object", "additionalProperties": old}, {"type": "object", "additionalProperties": new}
    )
    assert changes == [f"$.x.*: {effect}"]


def test_saying_that_unknown_members_are_let_in_changes_nothing() -> None:
    assert change({"type": "object"}, {"type": "object", "additionalProperties": True}) == []


def test_a_definition_is_compared_wherever_it_is_used() -> None:
    def with_place(kind: str) -> Schema:
        place = message({"lat": {"type": kind}}, ["lat"])
        members = {"a": {"$ref": "#/$defs/Place"}, "b": {"anyOf": [{"$ref": "#/$defs/Place"}, NULL]}}
        return message(members, **{"$defs": {"Place": place}})

    assert breaking_changes(with_place("number"), with_place("integer")) == [
        "$.a.lat: type number became integer; breaks old messages and old readers",
        "$.b.lat: type number became integer; breaks old messages and old readers",
    ]


def test_moving_a_member_into_a_definition_changes_nothing() -> None:
    place = message({"lat": {"type": "number"}})
    old = message({"x": place})
    new = message({"x": {"$ref": "#/$defs/Place"}}, **{"$defs": {"Place": place}})
    assert breaking_changes(old, new) == []


def test_a_definition_that_contains_itself_is_compared_once() -> None:
    def tree(kind: str) -> Schema:
        node = message(
            {
                "name": {"type": kind},
                "left": {"anyOf": [{"$ref": "#/$defs/Node"}, NULL]},
                "rest": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            }
        )
        return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}

    assert breaking_changes(tree("string"), tree("string")) == []
    assert breaking_changes(tree("string"), tree("integer")) == [
        "$.name: type string became integer; breaks old messages and old readers"
    ]


def test_alternatives_of_one_kind_are_matched_by_what_they_accept() -> None:
    circle, square = message({"radius": STRING}, ["radius"]), message({"side": STRING}, ["side"])
    assert change({"anyOf": [circle, square]}, {"oneOf": [square, circle]}) == []
    (lost,) = change({"anyOf": [circle, square]}, {"anyOf": [square]})
    assert lost == "$.x: object is no longer accepted; breaks old messages"


def test_every_break_is_told_not_only_the_first() -> None:
    old = message({"a": STRING, "b": STRING, "c": {"type": "integer", "minimum": 1}}, ["a"])
    new = message({"b": {"type": "integer"}, "c": {"type": "integer", "minimum": 2}}, ["c"])
    assert len(breaking_changes(old, new)) == 4
