"""Takes a request from an Open311 client."""

from typing import Final

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from services.intake.acceptance import Acceptance
from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.records import Owner
from services.intake.attachments.taking import digest_of, take_all
from services.intake.channels import RefusedError
from services.intake.channels.problems import KEY_PROBLEMS, problem_of
from services.intake.clients import ClientOf
from services.intake.idempotency import read_key, request_id_of
from services.intake.open311.catalogue import category_of
from services.intake.open311.errors import BAD, FORBIDDEN, both, from_problem, refused
from services.intake.open311.posting import retry_keys, web_request
from services.intake.open311.rendering import Content
from services.intake.open311.sent import Sent
from services.intake.receipts.links import Receipts
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from shared.clock import Clock
from shared.contracts.categories import Category
from shared.contracts.vocabulary import Channel

_REFUSALS: Final[tuple[type[Exception], ...]] = (ValidationError, RefusedError, *KEY_PROBLEMS)


class Taking:
    """The standard's POST, into the acceptance that all channels share."""

    def __init__(
        self,
        acceptance: Acceptance,
        cabinet: Cabinet,
        store: IntakeStore,
        receipts: Receipts,
        *,
        client_of: ClientOf,
        clock: Clock,
        emergency_number: str,
    ) -> None:
        """Take what it works with.

        Args:
            acceptance: makes requests durable.
            cabinet: keeps the files that come along.
            store: knows the requests of the minutes before.
            receipts: the receipts.
            client_of: who holds an API key.
            clock: tells which retries belong together.
            emergency_number: what to dial where somebody is in danger.
        """
        self._acceptance = acceptance
        self._cabinet = cabinet
        self._store = store
        self._receipts = receipts
        self._client_of = client_of
        self._clock = clock
        self._emergency_number = emergency_number

    async def take(self, sent: Sent, *, idempotency_key: str | None) -> Content:
        """Return the answer once the request is durable.

        Args:
            sent: what was posted.
            idempotency_key: the header of that name, which the standard does not know but clients can send.

        Raises:
            Open311Error: the request cannot be taken; nothing is stored.
            UnavailableError: the database is away; the same may be sent again.
        """
        client = self._client(sent)
        service_code = sent.get("service_code")
        if service_code is None:
            raise refused(BAD, "service_code eksik.", "The service_code is missing.")
        category = category_of(service_code)
        try:
            record = await self._record(sent, category, client, idempotency_key)
        except _REFUSALS as error:
            raise from_problem(problem_of(error, Channel.WEB)) from None
        return [
            {
                "service_request_id": record.receipt_number,
                "service_notice": self._notice(record, category),
                "account_id": None,
            }
        ]

    def _client(self, sent: Sent) -> str:
        key = sent.get("api_key")
        if key is None:
            raise refused(FORBIDDEN, "api_key eksik.", "The api_key is missing.")
        client = self._client_of(key)
        if client is None:
            raise refused(FORBIDDEN, "api_key geçerli değil.", "The api_key is not valid.")
        if Channel.WEB not in client.channels:
            raise refused(FORBIDDEN, "api_key bu kapıya açılmadı.", "The api_key is not for this door.")
        return client.id

    async def _record(
        self, sent: Sent, category: Category, client: str, idempotency_key: str | None
    ) -> RequestRecord:
        request = web_request(sent, category)
        if idempotency_key is not None:
            key = read_key(idempotency_key)
        else:
            digests = [await run_in_threadpool(digest_of, upload.file) for upload in sent.files]
            key, before = retry_keys(sent, digests, self._clock())
            earlier = await self._store.request(request_id_of(Channel.WEB, client, before))
            if earlier is not None:
                return earlier
        if sent.files:
            owner = Owner(Channel.WEB, client)
            kept = await take_all(self._cabinet, owner, key, sent.files, part="media")
            request = request.model_copy(update={"attachments": tuple(k.attachment.id for k in kept)})
        accepted = await self._acceptance.accept(Channel.WEB, request, client=client, key=key)
        return accepted.record

    def _notice(self, record: RequestRecord, category: Category) -> str:
        receipt = self._receipts.of(record)
        number = self._emergency_number
        lines = [
            both(f"Can güvenliği tehlikedeyse {number}’yi arayın.", f"If life is in danger, call {number}.")
            if category.danger
            else "",
            both(f"Alındı, numaranız {receipt.number}. İzlemek için:", "Received. Follow it at:"),
            receipt.tracking_url,
        ]
        return "\n".join(filter(None, lines))
