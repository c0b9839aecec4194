"""Rotations that are killed anywhere, while a door goes on taking in and people go on being erased."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.vault import rewrapping
from services.intake.vault.documents import Entry, binding_of
from services.intake.vault.keyfile import KeyFile, KeySource
from services.intake.vault.rotation import rotate
from services.intake.vault.sealing import Sealed, seal, unseal


class KilledError(Exception):
    pass


class Memory:
    """What rotation needs of a `VaultStore`, and a process that ends after so many writes."""

    def __init__(self) -> None:
        self.entries: dict[UUID, Entry] = {}
        self.lives: int | None = None

    async def not_under(self, key_id: str) -> AsyncIterator[Entry]:
        for entry in list(self.entries.values()):
            if entry.held is not None and entry.held.key_id != key_id:
                yield entry

    async def replace(self, changes: Sequence[tuple[Entry, Sealed]]) -> int:
        done = 0
        for entry, sealed in changes:
            if self.lives is not None:
                self.lives -= 1
                if self.lives < 0:
                    raise KilledError
            if self.entries[entry.request_id].held == entry.held:
                self.entries[entry.request_id] = replace(entry, held=sealed)
                done += 1
        return done


def aged(path: Path) -> None:
    """Let the time pass in which a door notices a new key."""
    before = path.stat().st_mtime - 120
    os.utime(path, (before, before))


def entry_with(keys: KeySource, request_id: UUID, contents: Mapping[str, str]) -> Entry:
    """Return what the door keeps of these contents."""
    binding = binding_of(request_id, "fingerprint")
    return Entry(request_id, "fingerprint", seal(keys.ring(), binding, contents))


steps = st.one_of(
    st.tuples(st.just("keep"), st.integers(0, 9)),
    st.tuples(st.just("erase"), st.integers(0, 9)),
    st.tuples(st.just("rotate"), st.one_of(st.none(), st.integers(0, 6))),
    st.tuples(st.just("wait"), st.just(0)),
)


@settings(max_examples=150)
@given(st.lists(steps, max_size=25))
def test_whatever_interrupts_it_nothing_is_lost_and_what_was_erased_stays_erased(
    taken: list[tuple[str, int | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault.key"
        memory, door = Memory(), KeyFile(path)
        expected: dict[UUID, Mapping[str, str] | None] = {}
        for step, figure in taken:
            name = UUID(int=figure or 0)
            if step == "rotate":
                memory.lives = figure
                with contextlib.suppress(KilledError):
                    asyncio.run(rotate(memory, KeyFile(path)))
                memory.lives = None
            elif step == "wait":
                aged(path)
            elif step == "erase" and name in expected:
                memory.entries[name] = replace(memory.entries[name], held=None)
                expected[name] = None
            elif step == "keep" and name not in expected:
                expected[name] = {"email": f"{name}@example.com"}
                memory.entries[name] = entry_with(door, name, expected[name])
            for request_id, kept in expected.items():
                entry = memory.entries[request_id]
                held = entry.held and unseal(door.ring(), entry.binding, entry.held)
                assert held == kept
        asyncio.run(rotate(memory, KeyFile(path)))
        current = KeyFile(path).ring().current.id
        held = [e.held for e in memory.entries.values() if e.held is not None]
        assert all(h.key_id == current for h in held)


async def test_a_second_run_has_nothing_to_do_and_destroys_the_old_key_in_time(tmp_path: Path) -> None:
    path, memory = tmp_path / "vault.key", Memory()
    keys = KeyFile(path)
    memory.entries[UUID(int=1)] = entry_with(keys, UUID(int=1), {"name": "Ayşe"})
    first = await rotate(memory, keys)
    assert (first.begun, first.rewrapped, first.finished) == (True, 1, False)
    again = await rotate(memory, keys)
    assert (again.begun, again.rewrapped, again.finished) == (False, 0, False)
    aged(path)
    last = await rotate(memory, keys)
    assert (last.key_id, last.begun, last.finished) == (first.key_id, False, True)
    assert len(keys.ring().keys) == 1


async def test_what_nobody_can_read_is_named_and_keeps_the_old_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "_PAGE", 1)
    path, memory = tmp_path / "vault.key", Memory()
    keys = KeyFile(path)
    for number in range(3):
        memory.entries[UUID(int=number)] = entry_with(keys, UUID(int=number), {"name": "Ayşe"})
    damaged = memory.entries[UUID(int=1)]
    assert damaged.held
    memory.entries[UUID(int=1)] = replace(damaged, held=replace(damaged.held, contents=bytes(40)))
    done = await rotate(memory, keys)
    assert (done.rewrapped, done.unreadable) == (2, (UUID(int=1),))
    aged(path)
    assert not (await rotate(memory, keys)).finished
    assert len(keys.ring().keys) == 2
