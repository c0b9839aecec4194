"""What is done again and again pauses after each round, and ends with what it cannot bear."""

import asyncio

import pytest

from shared.loops import again_and_again


async def test_a_round_begins_after_the_pause_that_follows_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[object] = []

    async def work() -> None:
        seen.append("round")
        if len(seen) == 5:
            raise RuntimeError("enough")

    async def pause(seconds: float) -> None:
        seen.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    with pytest.raises(RuntimeError, match="enough"):
        await again_and_again(work, every_s=30.0)
    assert seen == ["round", 30.0, "round", 30.0, "round"]
