"""The embedded stand-ins for a mail server and an SMS gateway, with a page that shows what they received."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from deploy.embedded.settings import StackSettings
from deploy.embedded.sinks.faults import FaultPlan, Faults, SmtpFaultPlan
from deploy.embedded.sinks.mailbox import Mailbox
from deploy.embedded.sinks.routes import gateway_routes, inspection_routes
from deploy.embedded.sinks.smsbox import Smsbox
from deploy.embedded.sinks.smtp import Reception, listening
from deploy.embedded.sinks.viewer import viewer_pages, viewer_routes
from shared.telemetry.logs import configure_logging
from shared.web.frame import install_frame


def create_app(settings: StackSettings | None = None) -> FastAPI:
    """Return the sinks as one app; its lifespan opens the SMTP port as well."""
    chosen = settings or StackSettings()
    configure_logging("sinks")
    mailbox = Mailbox(chosen.mail_folder)
    smsbox = Smsbox(chosen.sms_folder)
    smtp_faults = Faults(SmtpFaultPlan())
    sms_faults = Faults(FaultPlan())
    pages = viewer_pages()

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with listening(chosen.smtp_port, Reception(mailbox, smtp_faults)):
            yield
        mailbox.close()
        smsbox.close()

    app = FastAPI(title="Mail and SMS sinks", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(gateway_routes(smsbox, sms_faults, smtp_faults))
    app.include_router(inspection_routes(mailbox, smsbox))
    app.include_router(viewer_routes(pages, mailbox, smsbox))
    install_frame(app, pages=pages)
    return app
