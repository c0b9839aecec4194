"""Open311 GeoReport v2: requests in and their status out, for clients that speak the standard already.

A door into the same acceptance as every other: `posting` turns what such a client sends into a
`WebRequest`. What comes out is only what anybody may see: `listing` keeps the matters of public space,
`showing` coarsens them. How each point of the standard is met stands in docs/open311.md.
"""
