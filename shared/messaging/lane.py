"""What a service says about one consumer: where from, as whom, within which bounds, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from aiokafka import ConsumerRecord

Prepared = TypeVar("Prepared")

RawRecord: TypeAlias = "ConsumerRecord[Any, Any]"


class Handler(Protocol[Prepared]):
    """The work of a service on the records of one lane.

    A batch, or a large one's share, is first prepared as a whole, then handled record by record: in order per
    key, else side by side.
    Both may be called again for records they have seen. Either may raise `PoisonError` or `UnavailableError`;
    anything else is taken for a passing fault and tried again, with a fresh preparation of that record alone.
    """

    async def prepare(self, records: Sequence[RawRecord]) -> Prepared:
        """Read, decide and record for all of ``records`` at once; return what `handle` needs."""
        ...

    async def handle(self, record: RawRecord, prepared: Prepared) -> None:
        """Finish one record. When this returns, all its effects are durable."""
        ...


@dataclass(frozen=True, slots=True)
class Lane:
    """One consumer of one group. Times are in seconds.

    Args:
        service: owner of the dead-letter topics.
        group: consumer group; unlike ``service`` it is one per lane.
        topics: topics by name, or none if ``pattern`` is given.
        pattern: regular expression over topic names, anchored at both ends.
        max_records: most records in flight, and so the most that are done again after a kill -9.
        share: records of a large batch that are prepared together, side by side with its other shares, for
            handlers that need to see no more together than the records of one key; without it, all.
        concurrency: keys worked on at once.
        attempts: tries before a record that keeps failing is parked.
        backoff: pause after the first failed try; doubles, with jitter.
        outage_pause: pause before an interrupted batch is taken again.
        drain: longest wait for the batch in flight when partitions are taken away; must stay below the
            rebalance time-out, or the group throws this member out while it finishes.
        breaker: records parked in a row that stop the line, because then the fault is ours.
    """

    service: str
    group: str
    topics: tuple[str, ...] = ()
    pattern: str | None = None
    max_records: int = 500
    share: int | None = None
    concurrency: int = 256
    attempts: int = 4
    backoff: float = 0.05
    outage_pause: float = 2.0
    drain: float = 25.0
    breaker: int = 50
