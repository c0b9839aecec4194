import re
from ipaddress import ip_network
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ORIGIN: Final = re.compile(r"https?://[^/*\s]+")


class WebSettings(BaseSettings):
    """What a municipality changes about its pages (`ISTEK_WEB_*` environment variables).

    Attributes:
        product: name of the service, beside the mark.
        municipality: name of the municipality in Turkish.
        municipality_en: its name on English pages.
        emblem: name of an image among the service's static files; empty shows the drawn mark.
        emergency_number: number to call when life is in danger.
        tile_url: address of the map tiles, e.g. `https://tiles.example/{z}/{x}/{y}.png`; empty: no map.
        tile_attribution: whom maps are by, as their licence wants it said.
        tile_attribution_url: where the attribution leads; empty: nowhere.
        hsts_seconds: lifetime of the HTTPS-only promise; 0 sends none, for plain HTTP on loopback.
        max_body_bytes: largest request body that is read at all.
        body_grace_s: seconds in which a body must have come, but for what its size allows.
        body_bytes_per_s: the slowest pace of a large body that is waited for.
        trusted_proxies: addresses or networks, separated by commas, whose `X-Forwarded-For` and
            `X-Forwarded-Proto` are believed; empty believes nobody.
        cors_origins: origins, separated by commas, whose scripts may use the APIs; empty allows none.
    """

    model_config = SettingsConfigDict(env_prefix="ISTEK_WEB_", frozen=True)

    product: str = "İstek"
    municipality: str = "Beyoğlu Belediyesi"
    municipality_en: str = "Beyoğlu Municipality"
    emblem: str = ""
    emergency_number: str = "112"
    tile_url: str = ""
    tile_attribution: str = "© OpenStreetMap"
    tile_attribution_url: str = ""
    hsts_seconds: int = 0
    max_body_bytes: int = 1_048_576
    body_grace_s: float = 15.0
    body_bytes_per_s: int = 4_096
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            ip_network(address)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin; write it as https://host, without a path")
        return value

    @field_validator("tile_url")
    @classmethod
    def _names_tiles_of_one_host(cls, value: str) -> str:
        address = urlsplit(value)
        whole = address.scheme in {"http", "https"} and address.netloc and "{" not in address.netloc
        if value and not (whole and all(part in address.path for part in ("{z}", "{x}", "{y}"))):
            raise ValueError("must be like https://tiles.example/{z}/{x}/{y}.png, with one host")
        return value

    @property
    def tile_host(self) -> str:
        """Origin of the map tiles, the one foreign source of images; empty where there is no map."""
        address = urlsplit(self.tile_url)
        return f"{address.scheme}://{address.netloc}" if self.tile_url else ""
