"""What Lighthouse measured on every page (``bench/reading.py``), and the table about it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel

RESULTS: Final = Path(__file__).with_name("reading.json")
HEADS: Final = {
    "en": "page | performance | bare | first paint, ms | bare | blocked, ms | bare",
    "es": "página | rendimiento | desnuda | primer trazo, ms | desnuda | bloqueada, ms | desnuda",
}
SHOWN: Final = ("performance", "fcp", "tbt")
WHOSE: Final = ("ours", "bare")


class Visits(BaseModel):
    """Scores (0 to 100) and times (ms) by page: ``ours``, and ``bare`` of a plain page of the same text."""

    date: str
    versions: dict[str, str]
    runs: int
    pages: dict[str, dict[str, dict[str, float]]]

    @classmethod
    def read(cls) -> Self | None:
        """The last measurement; None before the first."""
        return cls.model_validate_json(RESULTS.read_text("utf-8")) if RESULTS.exists() else None

    def least(self, score: str) -> float:
        """The least that any page of ours has."""
        return min(page["ours"][score] for page in self.pages.values())

    def table(self, language: str) -> str:
        """The pages with what differs between ours and the bare one, as Markdown."""
        rows = [
            " | ".join([f"`{where or './'}`", *(f"{page[whose][what]:.0f}" for what in SHOWN for whose in WHOSE)])
            for where, page in self.pages.items()
        ]
        ruler = " | ".join(["---", *["---:"] * 6])
        return "\n".join(f"| {line} |" for line in (HEADS[language], ruler, *rows))
