"""Kafka: lanes that settle every record, dead letters, and the publisher."""

from shared.messaging.lane import Handler, Lane, RawRecord
from shared.messaging.publisher import Publisher

__all__ = ["Handler", "Lane", "Publisher", "RawRecord"]
