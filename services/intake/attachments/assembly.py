"""Puts the parts together that files need, so that intake has one thing to start, stop and ask."""

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter

from services.intake.attachments.answer_routes import answer_routes
from services.intake.attachments.answers import AnswerFiles
from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.desk_routes import desk_routes
from services.intake.attachments.download_routes import download_routes
from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.gallery import Gallery
from services.intake.attachments.links import Links
from services.intake.attachments.photos import PhotoReader
from services.intake.attachments.routes import attachment_routes
from services.intake.attachments.s3_settings import S3Settings
from services.intake.attachments.scanning import scanner_at
from services.intake.attachments.settings import AttachmentSettings
from services.intake.attachments.store import AttachmentStore
from services.intake.attachments.sweeping import AttachmentSweeper
from services.intake.attachments.workshop import Workshop
from services.intake.clients import Doorkeeper
from services.intake.forgetting import ForgottenStore
from services.intake.store import IntakeStore
from services.intake.vault import Vault
from services.intake.vault.access_log import AccessLog
from services.intake.vault.keyfile import KeySource
from shared.clock import Clock
from shared.contracts.vocabulary import Channel
from shared.storage import Database


class Attachments:
    """All that has to do with files.

    Attributes:
        cabinet: keeps them.
        erasure: takes them away for good.
        links: lead to them.
        photos: reads requests that come together with theirs.
        gallery: makes of them what pages show.
        answers: those that directorates send.
        dependencies: what files need besides the database, by name.
        sweep: removes unused ones as long as the service runs.
        ensure_indexes: to be run at the start.
        close: to be run at the end.
    """

    def __init__(
        self,
        database: Database,
        requests: IntakeStore,
        keys: KeySource,
        vault: Vault,
        *,
        forgotten: ForgottenStore,
        link_key: bytes,
        clock: Clock,
    ) -> None:
        settings = AttachmentSettings()
        s3 = S3Settings().files()
        store, workshop = AttachmentStore(database, s3), Workshop(settings.workers)
        self.cabinet = Cabinet(store, workshop, scanner_at(settings.clamd), keys, clock)
        self.erasure = FileErasure(store, forgotten)
        self.links = Links(link_key, lifetime=timedelta(seconds=settings.link_s), clock=clock)
        self.photos = PhotoReader(self.cabinet)
        self.gallery = Gallery(self.cabinet, self.links)
        self.answers = AnswerFiles(self.cabinet, requests, vault, forgotten)
        self.dependencies = {"object_store": s3.ping} if s3 else {}
        self.ensure_indexes = store.ensure_indexes
        self.close = workshop.close
        self.sweep = AttachmentSweeper(
            store,
            requests,
            self.erasure,
            clock=clock,
            grace=timedelta(seconds=settings.unused_s),
            answer_grace=timedelta(seconds=settings.unanswered_s),
            every=timedelta(seconds=settings.sweep_every_s),
        ).run
        self._requests = requests
        self._vault = vault

    def routes(
        self,
        channels: Sequence[Channel],
        doorkeeper: Doorkeeper,
        *,
        public_url: str,
    ) -> list[APIRouter]:
        """Return the routes by which files come and go."""
        return [
            attachment_routes(channels, self.cabinet, self.links, doorkeeper, public_url=public_url),
            answer_routes(self.answers, self.cabinet, self.links, doorkeeper, public_url=public_url),
            download_routes(self.cabinet, self.links, self._requests, self._vault),
        ]

    def internal_routes(self, log: AccessLog, *, public_url: str) -> APIRouter:
        """Return the routes by which services get at files."""
        return desk_routes(self._requests, self.gallery, log, public_url=public_url)
