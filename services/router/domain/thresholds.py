"""How sure is sure enough."""

from typing import Annotated

from pydantic import Field

from services.router.domain.rows import Row

Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Row):
    """Probabilities from which something holds.

    Attributes:
        assign: of a body, from which nobody needs to look.
        ask_back: of a text that nobody could route, from which the applicant is asked.
        split: of several matters told apart by a cut, from which a text counts as holding them. Unless they
            are as likely as ``assign`` asks, a person sees them.
        second_matter: of the same, from which a person sees whether there is a second matter.
        calm: of danger by the whole text, below which words that look like signs of it are taken for figures
            of speech or for things long past.
        danger_desk: of danger by the whole text, from which a desk for danger goes before a likelier one.
    """

    assign: Share
    ask_back: Share
    split: Share
    second_matter: Share
    calm: Share
    danger_desk: Share

    @property
    def cost_of_a_look(self) -> float:
        """What a person's look costs, in wrong directorates: as much as going wrong at the threshold."""
        return round(1 - self.assign, 6)
