"""Beyoğlu on the map: its neighbourhoods by name and by point."""

from shared.places.names import names_place, resolve_neighbourhood
from shared.places.points import BEYOGLU_BOX, Box, distance_m, in_beyoglu, nearest_neighbourhood
from shared.places.register import Neighbourhood, neighbourhoods

__all__ = [
    "BEYOGLU_BOX",
    "Box",
    "Neighbourhood",
    "distance_m",
    "in_beyoglu",
    "names_place",
    "nearest_neighbourhood",
    "neighbourhoods",
    "resolve_neighbourhood",
]
