"""The router's judgement as one thing to call: knowledge, classifier and rules, over a whole batch."""

from collections.abc import Sequence
from pathlib import Path

from services.router.classify.linear import LinearModel
from services.router.classify.reader import Reader
from services.router.domain.decide import decide
from services.router.domain.matters import Knowledge
from services.router.domain.verdicts import Verdict
from services.router.knowledge.loader import FOLDER, load_knowledge
from shared.contracts.requests import RequestReceived


class Decider:
    """Decides batches of requests. Equal requests, knowledge, model and thresholds give equal verdicts.

    Args:
        knowledge: the knowledge in force.
        model: the trained classifier.
        threshold: probability of a body from which nobody needs to look; None for the knowledge's own.

    Raises:
        KnowledgeError: model and knowledge do not fit each other.
    """

    def __init__(self, knowledge: Knowledge, model: LinearModel, threshold: float | None = None) -> None:
        self.knowledge = knowledge
        self._reader = Reader(model, knowledge)
        own = knowledge.thresholds
        self._thresholds = own if threshold is None else own.model_copy(update={"assign": threshold})

    @classmethod
    def load(cls, folder: Path | None = None, *, threshold: float | None = None) -> "Decider":
        """Return a decider over the knowledge files in ``folder``, or over those that came with this version.

        Raises:
            KnowledgeError: a file cannot be used; the message names file, line and field.
        """
        return cls(load_knowledge(folder or FOLDER), LinearModel.load(), threshold)

    def __call__(self, requests: Sequence[RequestReceived]) -> list[Verdict]:
        """Return one verdict per request, in order."""
        texts = [request.description for request in requests]
        opinions = self._reader.read_many(texts, [self._stated(request) for request in requests])
        return [
            decide(
                request,
                opinion,
                self.knowledge,
                self._thresholds,
                model_version=self._reader.version,
            )
            for request, opinion in zip(requests, opinions, strict=True)
        ]

    def _stated(self, request: RequestReceived) -> tuple[str, ...]:
        """Return the categories that the door states, by name or by the kind of application."""
        of_kind = self.knowledge.handling.codes_by_kind.get(request.kind, ())
        return (*of_kind, request.stated_category) if request.stated_category else of_kind
