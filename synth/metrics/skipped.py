"""What could not be measured, gathered so that each reason is said once."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_NAMED = 5


@dataclass
class Skipped:
    """By reason, in plain words, the columns (or pairs of them) that it holds for."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, name: str) -> None:
        """One more name for a reason."""
        self.names.setdefault(reason, []).append(name)

    def notes(self, what: str = "columns") -> list[str]:
        """One sentence for each reason: how many, and the first of them by name."""
        found = []
        for reason, names in self.names.items():
            shown = ", ".join(map(repr, names[:MOST_NAMED]))
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            counted = f"{len(names):,} {what}" if len(names) != 1 else f"one of the {what}"
            found.append(f"{reason} ({counted}: {shown}{more})")
        return found
