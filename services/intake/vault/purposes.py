"""Which service may ask the vault, and what for. What is not in the table is refused."""

from collections.abc import Mapping
from typing import Final, get_args

import structlog

from shared.contracts.notifications import Purpose
from shared.contracts.vocabulary import Opening
from shared.web.service_auth.gate import COMMAND_LINE, not_for

MAY_ASK: Final[Mapping[str, frozenset[str]]] = {
    # Sends messages: an address for each, for what the message is about.
    "notifier": frozenset(get_args(Purpose)),
    # Shows the desk: the files of a request, the number of who asked for a call, and one thing at a time of
    # what else is kept, for a purpose with a legal reason (`openings`).
    "router": frozenset({"attachments", "call_back", *Opening}),
    # Its screens at the door, where they are not the vault's own process: who called before.
    "intake": frozenset({"caller_history"}),
    # An administrator: what a person may demand by law 6698, and files for who has no page yet.
    COMMAND_LINE: frozenset({"attachments", "erasure", "erasure_preview", "looks"}),
}

_log = structlog.get_logger(__name__)


def check_purpose(service: str, purpose: str) -> None:
    """Let a service pass that may ask for ``purpose``; another one is noted and turned away.

    Raises:
        Problem: 403, the table does not have it.
    """
    if purpose not in MAY_ASK.get(service, ()):
        _log.warning("vault_refused", by=service, purpose=purpose)
        raise not_for(service)
