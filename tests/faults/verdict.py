"""The verdict over a run with faults: arithmetic over what was accepted and what was seen."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Fact:
    """One lifecycle record as it was delivered."""

    request_id: str
    sequence: int
    event_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message in a sink: its id, and the moment of a request it tells of."""

    message_id: str
    receipt_number: str
    subject: str


@dataclass(frozen=True)
class Verdict:
    """Counts of what must not be. ``repeated`` deliveries are allowed and only counted."""

    accepted: int
    lost: frozenset[str] = field(default_factory=frozenset)
    phantom: frozenset[str] = field(default_factory=frozenset)
    double: frozenset[str] = field(default_factory=frozenset)
    disorder: frozenset[str] = field(default_factory=frozenset)
    untold: frozenset[str] = field(default_factory=frozenset)
    unclocked: frozenset[str] = field(default_factory=frozenset)
    repeated: int = 0

    @property
    def clean(self) -> bool:
        """True if nothing is counted that must not be."""
        return not any(getattr(self, f.name) for f in fields(self) if f.name not in {"accepted", "repeated"})

    def rows(self) -> list[tuple[str, int]]:
        """Return the counts by name."""
        return [(f.name, v if isinstance(v := getattr(self, f.name), int) else len(v)) for f in fields(self)]


def judge(
    accepted: dict[str, str],
    facts: Iterable[Fact],
    messages: Iterable[Message],
    reachable: Collection[str],
    clocks: Collection[str],
) -> Verdict:
    """Return the verdict.

    Args:
        accepted: receipt number by request id, of every request the door answered with 201.
        facts: lifecycle records in the order they lie in each partition, repeats and all.
        messages: what lies in the sinks, each id once.
        reachable: ids of the requests whose applicants can be written to.
        clocks: ids of the requests that have a clock.
    """
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    highest: dict[str, int] = {}
    disorder: set[str] = set()
    delivered = 0
    for fact in facts:
        delivered += 1
        place = (fact.request_id, fact.sequence)
        if place not in ids and fact.sequence != highest.get(fact.request_id, 0) + 1:
            disorder.add(fact.request_id)
        ids[place].add(fact.event_id)
        highest[fact.request_id] = max(fact.sequence, highest.get(fact.request_id, 0))
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for message in messages:
        told[message.receipt_number, message.subject].add(message.message_id)
    receipts = {number: request_id for request_id, number in accepted.items()}
    with_message = {receipts[number] for number, _ in told if number in receipts}
    return Verdict(
        accepted=len(accepted),
        lost=frozenset(set(accepted) - set(highest)),
        phantom=frozenset(set(highest) - set(accepted)) | frozenset(n for n, _ in told if n not in receipts),
        double=frozenset(r for (r, _), events in ids.items() if len(events) > 1)
        | frozenset(number for (number, _), of_one in told.items() if len(of_one) > 1),
        disorder=frozenset(disorder),
        untold=frozenset(set(reachable) - with_message),
        unclocked=frozenset(set(accepted) - set(clocks)),
        repeated=delivered - len(ids),
    )
