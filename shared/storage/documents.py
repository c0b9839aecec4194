"""What documents are to everything that keeps them."""

from collections.abc import Sequence
from typing import Any

Document = dict[str, Any]
Sort = Sequence[tuple[str, int]]
