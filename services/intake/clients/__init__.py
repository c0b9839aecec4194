"""Who may post: channel frontends, each with keys of its own."""

from services.intake.clients.doorkeeper import Doorkeeper
from services.intake.clients.grants import Client, ClientOf

__all__ = ["Client", "ClientOf", "Doorkeeper"]
