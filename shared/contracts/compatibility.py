"""What a change of a JSON Schema breaks.

Within one version of a type, every message ever written must be readable by every reader ever deployed
("full" compatibility). Readers skip members they do not know, so an optional member may be added; everything
else that changes what is accepted breaks somebody. Because nothing is ever removed and nothing retyped,
compatibility with the last schema is compatibility with all before it.

Covers the keywords that pydantic writes. A keyword it does not know must stay as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

OLD_MESSAGES = "breaks old messages"
OLD_READERS = "breaks old readers"
BOTH = "breaks old messages and old readers"

_WORDS = frozenset({"title", "description", "examples", "deprecated", "$schema", "$id", "$defs", "$comment"})
_STRUCTURE = frozenset(
    {"type", "enum", "const", "anyOf", "oneOf", "properties", "required", "items", "additionalProperties"}
)
_LOWER_BOUNDS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER_BOUNDS = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_ABSENT = object()


def breaking_changes(old_schema: Schema, new_schema: Schema) -> list[str]:
    """Return what in ``new_schema`` breaks readers or messages of ``old_schema``; empty if nothing does.

    Each entry begins with the JSON path of the place, for example ``$.place.lat: maximum 90 became 80 …``.
    """
    return _Comparison(old_schema, new_schema).run()


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old_root, self._new_root = old, new
        self._inside: list[tuple[str, str]] = []

    def run(self) -> list[str]:
        return self._schemas("$", self._old_root, self._new_root)

    def _schemas(self, path: str, old: Schema, new: Schema) -> list[str]:
        olds, news = _choices(old, self._old_root), _choices(new, self._new_root)
        pairs, gone, added = _paired(olds, news, self._kinds, lambda o, n: not self._one(path, o, n))
        changes = self._default_change(path, old, new)
        if len(gone) == len(added) == 1:
            old_kind, new_kind = self._kinds(gone[0], added[0])
            changes.append(f"{path}: type {old_kind} became {new_kind}; {BOTH}")
        else:
            changes += [
                f"{path}: {self._kinds(s, {})[0]} is no longer accepted; {OLD_MESSAGES}" for s in gone
            ]
            changes += [f"{path}: {self._kinds({}, s)[1]} is accepted too; {OLD_READERS}" for s in added]
        return changes + [change for o, n in pairs for change in self._one(path, o, n)]

    def _kinds(self, old: Schema, new: Schema) -> tuple[str, str]:
        return _kind(_resolved(old, self._old_root)), _kind(_resolved(new, self._new_root))

    def _default_change(self, path: str, old: Schema, new: Schema) -> list[str]:
        """A default is the meaning of a message that leaves the member out, so it may not change."""
        before, after = _default(old, self._old_root), _default(new, self._new_root)
        if before == after:
            return []
        return [f"{path}: default {_shown(before)} became {_shown(after)}; {OLD_MESSAGES}"]

    def _one(self, path: str, old: Schema, new: Schema) -> list[str]:
        names = (str(old.get("$ref", "")), str(new.get("$ref", "")))
        if any(names) and names in self._inside:
            return []  # A definition that contains itself is compared once.
        self._inside.append(names)
        old, new = _resolved(old, self._old_root), _resolved(new, self._new_root)
        changes = [
            *_enum_changes(path, old, new),
            *_keyword_changes(path, old, new),
            *self._properties(path, old, new),
            *self._inner(f"{path}[*]", "items", old, new),
            *self._inner(f"{path}.*", "additionalProperties", old, new),
        ]
        self._inside.pop()
        return changes

    def _properties(self, path: str, old: Schema, new: Schema) -> list[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        changes: list[str] = []
        for name in sorted(before.keys() | after.keys()):
            place = f"{path}.{name}"
            if name not in after:
                changes.append(f"{place}: removed; {OLD_READERS}")
            elif name not in before:
                if name in needs:
                    changes.append(f"{place}: new and required; {OLD_MESSAGES}")
            else:
                if name in needs - needed:
                    changes.append(f"{place}: became required; {OLD_MESSAGES}")
                if name in needed - needs:
                    changes.append(f"{place}: became optional; {OLD_READERS}")
                changes += self._schemas(place, before[name], after[name])
        return changes

    def _inner(self, path: str, keyword: str, old: Schema, new: Schema) -> list[str]:
        before, after = old.get(keyword, True), new.get(keyword, True)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            return self._schemas(path, before, after)
        if before == after:
            return []
        # Of the two, `true` accepts most and `false` least, with a schema between them.
        narrowed = before is True or after is False
        change = "accepts less" if narrowed else "accepts more"
        return [f"{path}: {change}; {OLD_MESSAGES if narrowed else OLD_READERS}"]


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Return ``schema`` with its reference replaced by what it names; members beside the reference stay."""
    while "$ref" in schema:
        target: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


def _choices(schema: Schema, root: Schema) -> list[Schema]:
    """Return the alternatives that ``schema`` offers; most offer one, themselves."""
    whole = _resolved(schema, root)
    for keyword in ("anyOf", "oneOf"):
        if keyword in whole:
            return list(whole[keyword])
    if isinstance(whole.get("type"), list):
        return [{**whole, "type": kind} for kind in whole["type"]]
    return [schema]


def _kind(schema: Schema) -> str:
    if "type" in schema:
        return str(schema["type"])
    if "const" in schema or "enum" in schema:
        return type(_values(schema)[0]).__name__ if _values(schema) else "nothing"
    return "object" if "properties" in schema else "anything"


def _paired(
    olds: list[Schema],
    news: list[Schema],
    kinds: Callable[[Schema, Schema], tuple[str, str]],
    compatible: Callable[[Schema, Schema], bool],
) -> tuple[list[tuple[Schema, Schema]], list[Schema], list[Schema]]:
    """Pair alternatives of one kind, compatible ones first; return the pairs and what is left over."""
    pairs: list[tuple[Schema, Schema]] = []
    left_old, left_new = list(olds), list(news)
    for fits in (compatible, lambda _o, _n: True):
        for old in list(left_old):
            for new in left_new:
                old_kind, new_kind = kinds(old, new)
                if old_kind == new_kind and fits(old, new):
                    pairs.append((old, new))
                    left_old.remove(old)
                    left_new.remove(new)
                    break
    return pairs, left_old, left_new


def _values(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _enum_changes(path: str, old: Schema, new: Schema) -> Iterable[str]:
    before, after = _values(old), _values(new)
    if before and not after:
        yield f"{path}: any value is accepted where {_listed(before)} were; {OLD_READERS}"
    elif after and not before:
        yield f"{path}: only {_listed(after)} are accepted; {OLD_MESSAGES}"
    else:
        if gone := [v for v in before if v not in after]:
            yield f"{path}: {_listed(gone)} removed from the values; {OLD_MESSAGES}"
        if added := [v for v in after if v not in before]:
            yield f"{path}: {_listed(added)} added to the values; {OLD_READERS}"


def _keyword_changes(path: str, old: Schema, new: Schema) -> Iterable[str]:
    for keyword in sorted((old.keys() | new.keys()) - _WORDS - _STRUCTURE - {"default"}):
        before, after = old.get(keyword, _ABSENT), new.get(keyword, _ABSENT)
        if before == after:
            continue
        change = f"{path}: {keyword} {_shown(before)} became {_shown(after)}"
        if keyword in _LOWER_BOUNDS | _UPPER_BOUNDS:
            yield f"{change}; {_bound_effect(keyword, before, after)}"
        elif after is _ABSENT:
            yield f"{change}; {OLD_READERS}"
        elif before is _ABSENT:
            yield f"{change}; {OLD_MESSAGES}"
        else:
            yield f"{change}; {BOTH}"


def _bound_effect(keyword: str, before: Any, after: Any) -> str:  # noqa: ANN401 - numbers, or nothing
    if before is _ABSENT or after is _ABSENT:
        narrowed = before is _ABSENT
    else:
        narrowed = after > before if keyword in _LOWER_BOUNDS else after < before
    return OLD_MESSAGES if narrowed else OLD_READERS


def _default(schema: Schema, root: Schema) -> Any:  # noqa: ANN401 - any JSON value
    """Return a default without those of its members that mean the same when they are left out."""
    default = schema.get("default", _ABSENT)
    if not isinstance(default, Mapping):
        return default
    members = _resolved(schema, root).get("properties", {})
    return {n: v for n, v in default.items() if v != members.get(n, {}).get("default", _ABSENT)}


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(repr(v) for v in values)


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return "(none)" if value is _ABSENT else repr(value)
