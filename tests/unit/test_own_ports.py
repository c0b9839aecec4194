"""A port that is picked and not yet listened on is picked by nobody else."""

from collections.abc import Iterator

import pytest

from deploy.embedded.ports import free_ports
from tests.support.ports import own_ports


def test_a_port_is_given_to_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    (mine,) = own_ports(1)

    def always_mine_first() -> Iterator[int]:
        yield mine
        while True:
            yield from free_ports(1)

    picked = always_mine_first()
    monkeypatch.setattr("tests.support.ports.free_ports", lambda count: [next(picked)])
    assert mine not in own_ports(2)
