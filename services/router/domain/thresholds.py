"""How sure is sure enough."""

from typing import Annotated

from pydantic import Field

from services.router.domain.rows import Row

Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Row):
    """Probabilities from which something holds.

    Attributes:
        assign: of a body, from which nobody needs to look.
        emergency: of danger by the whole text, from which it counts as one.
        ask_back: of a text that nobody could route, from which the applicant is asked.
        split: of several matters, from which a text counts as holding two.
    """

    assign: Share
    emergency: Share
    ask_back: Share
    split: Share
