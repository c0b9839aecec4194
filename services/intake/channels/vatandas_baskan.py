"""Field teams of the "Vatandaş Başkan" programme, who report what they see and often fix it at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo

from services.intake.channels.device import DeviceTime, Photos, check_device_time
from services.intake.channels.fields import Code
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import FilesRequest
from services.intake.channels.refusal import RefusedError
from shared.contracts.requests import AttachedFile, ChannelFacts
from shared.contracts.vocabulary import Channel, Stage
from shared.web.field_messages import FieldError
from shared.web.problems import FieldProblem

EXAMPLES: Final = {
    "fixed on the spot": {
        "description": "Kaldırım taşları yerinden oynamış, takılıp düşülüyor. Taşları yerine koyduk.",
        "place": {"neighbourhood": "Piyalepaşa", "lat": 41.0495, "lon": 28.9603},
        "team": "saha-07",
        "device_time": "2026-11-23T10:05:00+03:00",
        "resolved_on_site": True,
        "photos": ["once", "sonra"],
    }
}


def _of_this_report(stages: Mapping[UUID, Stage], info: ValidationInfo) -> Mapping[UUID, Stage]:
    """Refuse a stage of a file that the report does not name, and "after" where nothing was done."""
    known = info.data
    if not stages.keys() <= set(known.get("attachments", stages)):
        raise FieldError(
            "Öncesi ya da sonrası olduğunu yalnızca attachments içindeki dosyalar için yazın.",
            "State before or after only of files that attachments names.",
            "stage_not_attached",
        )
    if Stage.AFTER in stages.values() and not known.get("resolved_on_site", True):
        raise FieldError(
            "Sonrası fotoğrafı varsa resolved_on_site alanını true gönderin; iş yapılmadıysa before yazın.",
            "With a photo of after, send resolved_on_site as true; where nothing was done, write before.",
            "stage_without_work",
        )
    # In one order, since a report sent again is known by its fingerprint.
    return dict(sorted(stages.items()))


Stages = Annotated[dict[UUID, Stage], AfterValidator(_of_this_report)]


class VatandasBaskanRequest(FilesRequest):
    """A report of a field team."""

    team: Code = Field(description="Code of the field team")
    device_time: DeviceTime | None = None
    resolved_on_site: bool = Field(False, description="The team already fixed it")
    photo_stages: Stages = Field(
        {},
        description="For ids in attachments: whether the photo shows the place before or after the work. "
        "A photo of after needs resolved_on_site",
    )
    photos: Photos = ()
    danger: bool = Field(False, description="The team saw danger to life")


def normalise(request: VatandasBaskanRequest, admission: Admission) -> Normalised:
    """Return the request in the common form. Raises `RefusedError`."""
    check_device_time("device_time", request.device_time, admission.received_at)
    particulars = Particulars(
        facts=ChannelFacts(
            team=request.team,
            device_time=request.device_time,
            resolved_on_site=request.resolved_on_site,
            photo_count=len(request.photos),
        ),
        danger=request.danger,
    )
    staged = replace(admission, attachments=_staged(admission.attachments, request.photo_stages))
    return normalised(Channel.VATANDAS_BASKAN, request, staged, particulars)


def _staged(files: tuple[AttachedFile, ...], stages: Mapping[UUID, Stage]) -> tuple[AttachedFile, ...]:
    papers = [file.id for file in files if file.id in stages and not file.media_type.startswith("image/")]
    if papers:
        raise RefusedError(
            *(
                FieldProblem(
                    f"/photo_stages/{paper}",
                    "Bu dosya fotoğraf değil; öncesi ya da sonrası olamaz.",
                    "This file is no photo; it cannot show before or after.",
                    "stage_of_paper",
                )
                for paper in papers
            )
        )
    return tuple(file.model_copy(update={"stage": stages.get(file.id)}) for file in files)
