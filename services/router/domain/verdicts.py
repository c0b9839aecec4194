"""What the router can conclude about a request: five ways to go, each with its decision record."""

from dataclasses import dataclass

from services.router.domain.matters import Body
from shared.contracts.decisions import Decision


@dataclass(frozen=True, slots=True)
class Assigned:
    """A directorate is to act; ``department`` is its slug."""

    department: str
    department_name: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Triaged:
    """A person decides; ``reason`` says in Turkish why."""

    reason: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Another authority is competent."""

    authority: str
    phone: str | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class NotExamined:
    """No administration may examine it, says ``article``."""

    article: str
    decision: Decision


Settled = Assigned | Forwarded | NotExamined


@dataclass(frozen=True, slots=True)
class Split:
    """Several matters, each settled by itself with a decision of its own, in the order of ``matters``.

    ``decision`` is that of the matter that stays with the request itself; it names them all.
    """

    parts: tuple[Settled, ...]
    decision: Decision

    @property
    def lead(self) -> Settled:
        """The matter that stays with the request itself."""
        places = [matter.request_id for matter in self.decision.matters]
        return self.parts[places.index(None)]


Verdict = Settled | Triaged | Split


def settled(body: Body, decision: Decision) -> Settled:
    """Return the verdict that follows from who is competent."""
    match body.kind:
        case "department":
            return Assigned(body.id, body.name, decision)
        case "authority":
            return Forwarded(body.name, body.phone, decision)
        case "nobody":
            return NotExamined(body.article or body.name, decision)
