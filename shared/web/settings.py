from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """What a municipality changes about its pages (`ISTEK_WEB_*` environment variables).

    Attributes:
        product: name of the service, beside the mark.
        municipality: name of the municipality in Turkish.
        municipality_en: its name on English pages.
        emblem: name of an image among the service's static files; empty shows the drawn mark.
        emergency_number: number to call when life is in danger.
        tile_host: origin of the map tiles, e.g. `https://tiles.example`; empty allows no foreign image.
        hsts_seconds: lifetime of the HTTPS-only promise; 0 sends none, for plain HTTP on loopback.
        max_body_bytes: largest request body that is read at all.
    """

    model_config = SettingsConfigDict(env_prefix="ISTEK_WEB_", frozen=True)

    product: str = "İstek"
    municipality: str = "Beyoğlu Belediyesi"
    municipality_en: str = "Beyoğlu Municipality"
    emblem: str = ""
    emergency_number: str = "112"
    tile_host: str = ""
    hsts_seconds: int = 0
    max_body_bytes: int = 1_048_576
