"""How much is taken."""

from typing import Final

MOST_FILES: Final = 10
MOST_BYTES: Final = 15_000_000
_AROUND: Final = 1_000_000

LARGER_BODIES: Final = {
    r"/v1/([a-z_]+|departments/[^/]+/requests/[^/]+)/attachments": MOST_BYTES + _AROUND,
    r"/basvuru/dosya": MOST_BYTES + _AROUND,
    r"/danisma": MOST_FILES * MOST_BYTES + _AROUND,
    r"/v1/mobile/requests|/basvuru/ne|/open311/v2/requests(\.[a-z]+)?": MOST_FILES * MOST_BYTES + _AROUND,
}
"""Limits of whole bodies by path, a little above those of files so that the file at fault can be named."""
