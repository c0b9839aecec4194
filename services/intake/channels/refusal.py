"""The door's "no"."""

from shared.web.problems import FieldProblem


class RefusedError(Exception):
    """The request is well-formed but cannot be taken, for the stated reasons."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(", ".join(p.code for p in problems))
        self.problems = problems
