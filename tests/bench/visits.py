"""What people bring in the benchmarks: the sentences of the knowledge, so that deciding is real work."""

from typing import Any

from services.router.knowledge.loader import FOLDER, load_knowledge


def visits(count: int) -> list[dict[str, Any]]:
    """Return so many bodies for ``POST /v1/web/requests``, each with an applicant who wants mail."""
    sentences = [example.text for example in load_knowledge(FOLDER).examples]
    return [
        {
            "description": f"{sentences[n % len(sentences)]} ({n} numaralı yerin önünde, üç gündür böyle)",
            "place": {"neighbourhood": "Cihangir", "address": "Akarsu Yokuşu 14"},
            "applicant": {"name": "Deniz Ak", "email": f"deniz{n}@example.org"},
        }
        for n in range(count)
    ]
