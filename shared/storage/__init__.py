"""Each service's memory, in its own MongoDB database."""

from shared.storage.backlog import Backlog
from shared.storage.documents import Document, Sort
from shared.storage.files import Files
from shared.storage.group_commit import GroupCommit
from shared.storage.mongo import Collection, Database

__all__ = ["Backlog", "Collection", "Database", "Document", "Files", "GroupCommit", "Sort"]
