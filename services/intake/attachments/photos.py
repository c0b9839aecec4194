"""A request and its photos in one body, for phones that cannot count on a second one getting through."""

from fastapi import Request
from pydantic_core import from_json, to_json

from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.parts import PHOTO_PART, request_with_photos
from services.intake.attachments.records import Owner
from services.intake.attachments.taking import take_all
from services.intake.channels import ChannelRequest


class PhotoReader:
    """Reads bodies of parts ``request`` (JSON) and ``photo``."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    async def read(
        self, model: type[ChannelRequest], request: Request, owner: Owner, key: str
    ) -> ChannelRequest:
        """Return the request with the photos among its attachments; they are kept under keys within ``key``.

        Raises:
            ValidationError: the JSON is not a request.
            Problem: a photo is not taken, or the parts are others.
            KeyInFlightError: the same body is being worked on.
            UnavailableError: database or scanner is away; it may be sent again under the same key.
        """
        async with request_with_photos(request) as (text, photos):
            body = model.model_validate_json(text)
            if not photos:
                return body
            kept = await take_all(self._cabinet, owner, key, photos, part=PHOTO_PART)
        members = from_json(text)
        members["attachments"] = [*body.files, *(taken.attachment.id for taken in kept)]
        return model.model_validate_json(to_json(members))
