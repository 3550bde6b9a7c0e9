"""How much work one document may be: counted, so that a slow machine reads what a quick one does."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kg.errors import SourceError


@dataclass(frozen=True, slots=True)
class Budget:
    """What the extraction of one document may come to before it is given up and named."""

    pieces: int = 2_000_000
    """Pieces of words for the reader, context too: some two million characters, 1.2 GB of memory."""

    candidates: int = 100_000
    """Facts that the reader proposes; the densest of prose has one in eleven characters."""

    seconds: int = 3600
    """Only for what the counts did not foresee."""

    def start(self) -> Spending:
        """The account of one document, from now on."""
        return Spending(self, time.monotonic())


@dataclass(slots=True)
class Spending:
    """What has been spent on one document; each method raises SourceError where that is too much."""

    budget: Budget
    begun: float
    candidates: int = 0

    def pieces(self, count: int) -> None:
        """So many pieces are to be read."""
        if count > self.budget.pieces:
            raise SourceError(
                f"not read: {count:,} pieces to read, and {self.budget.pieces:,} are the most; split it"
            )

    def proposed(self, count: int) -> None:
        """So many facts more were proposed."""
        self.candidates += count
        if self.candidates > self.budget.candidates:
            raise SourceError(f"not read: states more than {self.budget.candidates:,} facts; split it")
        if time.monotonic() - self.begun > self.budget.seconds:
            raise SourceError(f"not read: takes longer than {self.budget.seconds:,} seconds; split it")
