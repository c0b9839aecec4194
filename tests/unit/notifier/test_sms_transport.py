from collections.abc import AsyncIterator

import httpx
import pytest

from services.notifier.domain.results import Deferred, Refused
from services.notifier.transports.port import Outgoing
from services.notifier.transports.sms import SmsTransport
from shared.outcomes import UnavailableError
from tests.unit.notifier.gateways import PHONE, SmsGateway
from tests.unit.notifier.transport_contract import OUTGOING, TransportContract


@pytest.fixture
def gateway() -> SmsGateway:
    return SmsGateway()


@pytest.fixture
async def transport(gateway: SmsGateway) -> AsyncIterator[SmsTransport]:
    client = httpx.AsyncClient(base_url="http://sms.test", transport=httpx.MockTransport(gateway.answer))
    transport = SmsTransport(client)
    yield transport
    await transport.close()


class TestSms(TransportContract):
    pass


async def test_the_gateway_gets_id_address_and_text(gateway: SmsGateway, transport: SmsTransport) -> None:
    await transport.send(Outgoing(OUTGOING.id, PHONE, "Alındı."))
    assert gateway.taken == [{"id": str(OUTGOING.id), "to": PHONE, "text": "Alındı."}]


@pytest.mark.parametrize("status", [408, 409, 425, 429])
async def test_a_busy_gateway_puts_a_message_off(
    gateway: SmsGateway, transport: SmsTransport, status: int
) -> None:
    gateway.status = status
    assert await transport.send(Outgoing(OUTGOING.id, PHONE, "a")) == Deferred(f"sms gateway {status}")


@pytest.mark.parametrize("status", [400, 410, 422])
async def test_a_message_the_gateway_dislikes_is_refused(
    gateway: SmsGateway, transport: SmsTransport, status: int
) -> None:
    gateway.status = status
    assert await transport.send(Outgoing(OUTGOING.id, PHONE, "a")) == Refused(f"sms gateway {status}")


@pytest.mark.parametrize("status", [302, 401, 403, 404, 405, 500, 502, 503])
async def test_our_own_faults_and_the_gateways_cost_no_message_its_life(
    gateway: SmsGateway, transport: SmsTransport, status: int
) -> None:
    gateway.status = status
    with pytest.raises(UnavailableError):
        await transport.send(Outgoing(OUTGOING.id, PHONE, "a"))
