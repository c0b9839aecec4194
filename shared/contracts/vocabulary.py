"""Closed vocabularies that several messages share."""

from enum import StrEnum


class Channel(StrEnum):
    """The five doors a request may come through."""

    WEB = "web"
    CALL = "call"
    MOBILE = "mobile"
    VATANDAS_BASKAN = "vatandas_baskan"
    RECEPTION = "reception"


class Source(StrEnum):
    """How an application reached the authority that was not made at one of its own doors."""

    CIMER = "cimer"
    ACIK_KAPI = "acik_kapi"
    EMAIL = "email"
    POST = "post"
    KEP = "kep"
    SOCIAL_MEDIA = "social_media"


class Opening(StrEnum):
    """What the desk may have opened of what intake keeps for itself, by what for; a look for each."""

    ANSWER_BY_POST = "answer_by_post"
    IDENTITY_CHECK = "identity_check"
    ORIGINAL_TEXT = "original_text"
    PICTURE_ADDRESS = "picture_address"


class Stage(StrEnum):
    """When a photo was taken: before the work on the place, or after it."""

    BEFORE = "before"
    AFTER = "after"


class LocatedBy(StrEnum):
    """What a place is known by, most exact first; "point" is one that a person chose on a map."""

    POINT = "point"
    GPS = "gps"
    ADDRESS = "address"
    NEIGHBOURHOOD = "neighbourhood"


class Kind(StrEnum):
    """What the applicant brings, in the applicant's terms."""

    REQUEST = "request"
    COMPLAINT = "complaint"
    PETITION = "petition"
    INFORMATION = "information"
    DATA_SUBJECT = "data_subject"


class Regime(StrEnum):
    """The law whose clock runs. By the authority's own will the petition's also binds plain requests."""

    PETITION_3071 = "petition_3071"
    INFORMATION_4982 = "information_4982"
    DATA_SUBJECT_6698 = "data_subject_6698"


class Priority(StrEnum):
    """Priority class of a matter: emergency is danger to life, urgent a hazard or a hygiene risk."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"
    PETITION = "petition"
    INFORMATION = "information"


class Medium(StrEnum):
    """How an applicant can be told something. The tracking page needs no contact data and always works."""

    EMAIL = "email"
    SMS = "sms"
    TRACKING_PAGE = "tracking_page"


class State(StrEnum):
    """Where a request stands. ``received`` lasts from the receipt until the router's first decision."""

    RECEIVED = "received"
    TRIAGE = "triage"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    AWAITING_APPLICANT = "awaiting_applicant"
    ANSWERED = "answered"
    CLOSED = "closed"
    FORWARDED = "forwarded"
    NOT_EXAMINED = "not_examined"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
