"""What a municipality decides about its Open311 endpoint (``ISTEK_OPEN311_*`` environment variables)."""

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Open311Settings(BaseSettings):
    """Settings of the endpoint.

    Attributes:
        enabled: whether there is one. It also needs the channel ``web`` mounted, whose requests it takes.
        public_list: whether it shows what requests of public space are about. Switched off, the list is empty
            and of a single request only its status is told.
        jurisdiction: the ``jurisdiction_id``; by custom the main address of the municipality without "www".
        contact: how to reach those who run it and give out keys; for people, in the discovery document.
        endpoint_type: "production" where reports are acted upon.
    """

    model_config = SettingsConfigDict(env_prefix="ISTEK_OPEN311_", frozen=True)

    enabled: bool = True
    public_list: bool = True
    jurisdiction: str = "beyoglu.bel.tr"
    contact: str = "Beyoğlu Belediyesi, https://beyoglu.bel.tr"
    endpoint_type: Literal["production", "test"] = "test"
