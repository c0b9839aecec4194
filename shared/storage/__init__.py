"""Each service's memory, in its own MongoDB database."""

from shared.storage.backlog import Backlog
from shared.storage.group_commit import GroupCommit
from shared.storage.mongo import Collection, Database, Document, Sort

__all__ = ["Backlog", "Collection", "Database", "Document", "GroupCommit", "Sort"]
