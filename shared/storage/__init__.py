"""Each service's memory: its own MongoDB database, and an object store for large files where one is set."""

from shared.storage.backlog import Backlog
from shared.storage.documents import Document, Sort
from shared.storage.files import Files
from shared.storage.group_commit import GroupCommit
from shared.storage.mongo import Collection, Database
from shared.storage.s3 import Bucket, ObjectFiles

__all__ = [
    "Backlog",
    "Bucket",
    "Collection",
    "Database",
    "Document",
    "Files",
    "GroupCommit",
    "ObjectFiles",
    "Sort",
]
