from typing import Any
from uuid import UUID

import httpx
import pytest

from services.notifier.domain.messages import Contact, PlannedMessage
from services.notifier.domain.results import Delivered, Refused, Result
from services.notifier.rendering import Renderer
from services.notifier.sending import by_mail, by_sms
from services.notifier.transports.port import Outgoing
from services.notifier.vault import Vault
from shared.contracts.vocabulary import Medium
from shared.legal import load_legal_words
from shared.outcomes import UnavailableError
from tests.unit.notifier.samples import REQUEST, TRACKING_URL, planned

TOLD = {"address": "ayse@ornek.example", "tracking_url": TRACKING_URL, "receipt_number": "BB-2026-0012345-K"}


def vault_saying(status: int, body: Any = None, asked: list[httpx.Request] | None = None) -> Vault:  # noqa: ANN401 - JSON
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        return httpx.Response(status, json=body)

    return Vault(httpx.AsyncClient(base_url="http://intake.test", transport=httpx.MockTransport(answer)))


class Postbox:
    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> Result:
        self.sent.append(outgoing)
        return Delivered("taken")

    async def close(self) -> None:
        pass


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(load_legal_words())


async def test_the_vault_is_told_what_for() -> None:
    asked: list[httpx.Request] = []
    message = planned(medium=Medium.SMS, purpose="final_answer")
    await vault_saying(200, TOLD, asked).contact(message)
    (request,) = asked
    assert request.url.path == f"/internal/v1/vault/{REQUEST}/contact"
    assert dict(request.url.params) == {"medium": "sms", "purpose": "final_answer"}


async def test_the_vault_may_know_no_name() -> None:
    assert await vault_saying(200, TOLD).contact(planned()) == Contact(
        address="ayse@ornek.example", tracking_url=TRACKING_URL, receipt_number="BB-2026-0012345-K"
    )


async def test_an_applicant_without_an_address_is_no_outage() -> None:
    assert await vault_saying(404).contact(planned()) is None


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503])
async def test_any_other_answer_of_the_vault_costs_no_message_its_life(status: int) -> None:
    with pytest.raises(UnavailableError, match=f"vault away: status {status}"):
        await vault_saying(status).contact(planned())


async def test_a_mail_goes_to_the_address_in_the_vault_under_the_messages_id(renderer: Renderer) -> None:
    postbox = Postbox()
    message = planned(id=UUID(int=7))
    assert await by_mail(vault_saying(200, TOLD), renderer, postbox)(message) == Delivered("taken")
    (mail,) = postbox.sent
    assert (mail.id, mail.address) == (UUID(int=7), "ayse@ornek.example")
    assert mail.subject == "Başvurunuz alındı: BB-2026-0012345-K"
    assert mail.html is not None


async def test_an_sms_has_neither_subject_nor_html(renderer: Renderer) -> None:
    postbox = Postbox()
    told = TOLD | {"address": "+905550000000"}
    await by_sms(vault_saying(200, told), renderer, postbox)(planned(medium=Medium.SMS))
    (sms,) = postbox.sent
    assert (sms.address, sms.subject, sms.html) == ("+905550000000", "", None)


@pytest.mark.parametrize("way", [by_mail, by_sms])
async def test_without_an_address_nothing_is_sent(renderer: Renderer, way: Any) -> None:  # noqa: ANN401 - a factory
    postbox = Postbox()
    message: PlannedMessage = planned()
    assert await way(vault_saying(404), renderer, postbox)(message) == Refused("no address")
    assert postbox.sent == []
