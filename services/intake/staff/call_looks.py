"""What an operator is shown beside the form: earlier requests, dangers, similar open requests."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from services.intake.channels.fields import Phone
from services.intake.channels.parts import PlaceInput
from services.intake.first_look import FirstLook, FirstLooks, JoinableRequest
from services.intake.staff.answers import STAFF, answer
from services.intake.staff.call_form import PHONE, TEXT, place_body
from services.intake.staff.earlier import Earlier, EarlierRequests

_PHONE = TypeAdapter[str | None](Phone)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked for and found.

    Attributes:
        earlier: the caller's earlier requests; None where nobody looked.
        why_not: a sentence on why nobody could look for them.
        first_look: what the router says; None where it was not asked or does not answer.
        away: it was asked and does not answer.
    """

    earlier: Earlier | None = None
    why_not: str = ""
    first_look: FirstLook | None = None
    away: bool = False

    @property
    def joinable(self) -> JoinableRequest | None:
        """The request that the caller may be added to."""
        return self.first_look.joinable if self.first_look else None

    @property
    def own(self) -> bool:
        """That request is known to be the caller's."""
        known = self.joinable
        return known is not None and self.earlier is not None and self.earlier.has(known.receipt_number)


class CallLooks:
    """Looks for what an operator should know, in the operator's name. May raise `UnavailableError`."""

    def __init__(self, earlier: EarlierRequests, first_looks: FirstLooks) -> None:
        self._earlier = earlier
        self._first_looks = first_looks

    async def caller(self, answers: Mapping[str, str], *, signed_in: bool) -> Looked:
        """Return the earlier requests of the number in the form; who is ``signed_in`` reads notes, too."""
        typed, code = answer(answers, PHONE), answer(answers, STAFF)
        if typed is None:
            return Looked()
        if code is None:
            return Looked(why_not="Görevli kodunuzu yazınca önceki başvurular burada görünür.")
        try:
            phone = _PHONE.validate_python(typed)
        except ValidationError:
            return Looked(why_not="Bu numara eksik ya da yanlış; 10 haneli yazın.")
        if phone is None:
            return Looked()
        found = await self._earlier.of_phone(
            phone, asked_by=f"call_screen/{code}", reads_notes=code if signed_in else None
        )
        return Looked(earlier=found)

    async def matter(self, answers: Mapping[str, str]) -> Looked:
        """Return what the router says of text and place in the form."""
        text = answer(answers, TEXT)
        if text is None:
            return Looked()
        found = await self._first_looks.at(text, _place(answers))
        return Looked(first_look=found, away=found is None)


def _place(answers: Mapping[str, str]) -> PlaceInput:
    """Return the place as far as it can be read; half a name of a neighbourhood is none yet."""
    try:
        return PlaceInput.model_validate(place_body(answers))
    except ValidationError:
        return PlaceInput()
