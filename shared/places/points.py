"""Points in Beyoğlu."""

from math import cos, hypot, radians
from typing import Final, NamedTuple

from shared.places.register import neighbourhoods

_METRES_PER_DEGREE: Final = 111_195.0


class Box(NamedTuple):
    """A rectangle on the map, in degrees (WGS 84); its edges belong to it."""

    south: float
    west: float
    north: float
    east: float


BEYOGLU_BOX: Final = Box(south=41.0165, west=28.9400, north=41.0615, east=28.9990)
"""The district with half a kilometre around the outermost offices: a neighbourhood goes on behind its office.

Corners of the box belong to neighbouring districts: being inside makes a point plausible, not certain.
"""


def in_beyoglu(lat: float, lon: float) -> bool:
    """Tell whether the point (degrees, WGS 84) may lie in the district."""
    box = BEYOGLU_BOX
    return box.south <= lat <= box.north and box.west <= lon <= box.east


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the metres between two points (degrees, WGS 84) that are a few kilometres apart at most.

    Over such a way the earth is flat enough for plane distance, once longitude is scaled by latitude.
    """
    return hypot(other_lat - lat, (other_lon - lon) * cos(radians(lat))) * _METRES_PER_DEGREE


def nearest_neighbourhood(lat: float, lon: float) -> str | None:
    """Return the neighbourhood whose point is nearest, or None outside the district's box.

    A hint for people who know the streets: the register holds one point per neighbourhood and no borders.
    """
    if not in_beyoglu(lat, lon):
        return None
    return min(neighbourhoods(), key=lambda n: distance_m(lat, lon, n.lat, n.lon)).name
