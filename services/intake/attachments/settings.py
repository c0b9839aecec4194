from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AttachmentSettings(BaseSettings):
    """What an installation decides about files (`ISTEK_ATTACHMENT_*` environment variables).

    Attributes:
        workers: files that are examined at once, each in a process of its own with 100 to 400 MB.
        clamd: where ClamAV listens, as ``host:port`` or the path of its socket; empty: nothing is scanned.
        link_s: seconds a link to a file is good.
        unused_s: seconds a file waits for the request that names it.
        unanswered_s: seconds a directorate's file waits for the answer that names it.
        sweep_every_s: seconds between two looks for unused files.
    """

    model_config = SettingsConfigDict(env_prefix="ISTEK_ATTACHMENT_", frozen=True)

    workers: Annotated[int, Field(ge=1)] = 2
    clamd: Annotated[str, Field(pattern=r"^$|^/.+$|^[^/\s]+:\d+$")] = ""
    link_s: Annotated[float, Field(gt=0)] = 900.0
    unused_s: Annotated[float, Field(gt=0)] = 86_400.0
    unanswered_s: Annotated[float, Field(gt=0)] = 604_800.0
    sweep_every_s: Annotated[float, Field(gt=0)] = 600.0
