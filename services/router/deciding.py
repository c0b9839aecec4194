"""The router's judgement as one thing to call: knowledge, classifier and rules, over a whole batch."""

from collections.abc import Sequence
from pathlib import Path

from services.router.classify.nearest import NearestTopics
from services.router.domain.decide import decide
from services.router.domain.matters import Knowledge
from services.router.domain.verdicts import Verdict
from services.router.knowledge.loader import FOLDER, load_knowledge
from shared.contracts.requests import RequestReceived


class Decider:
    """Decides batches of requests. Equal requests, knowledge and threshold give equal verdicts."""

    def __init__(self, knowledge: Knowledge, threshold: float) -> None:
        self.knowledge = knowledge
        self._threshold = threshold
        self._classifier = NearestTopics(knowledge)

    @classmethod
    def load(cls, folder: Path | None, *, threshold: float) -> "Decider":
        """Return a decider over the knowledge files in ``folder``, or over those that came with this version.

        Raises:
            KnowledgeError: a file cannot be used; the message names file, line and field.
        """
        return cls(load_knowledge(folder or FOLDER), threshold)

    def __call__(self, requests: Sequence[RequestReceived]) -> list[Verdict]:
        """Return one verdict per request, in order."""
        candidates = self._classifier.classify_many([r.description for r in requests])
        version = self._classifier.model_version
        return [
            decide(request, found, self.knowledge, threshold=self._threshold, model_version=version)
            for request, found in zip(requests, candidates, strict=True)
        ]
