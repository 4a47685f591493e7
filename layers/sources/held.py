"""A file that is held in memory and never on disk: name and bytes. Reads and writes nothing."""

import io
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO


@dataclass(frozen=True)
class Held:
    """A file's name and bytes; opens like a path."""

    name: str
    data: bytes

    @property
    def suffixes(self) -> list[str]:
        return PurePath(self.name).suffixes

    @property
    def suffix(self) -> str:
        return PurePath(self.name).suffix

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open the bytes for reading."""
        if mode != "rb":
            raise ValueError(f"held bytes are read only, not {mode!r}")
        return io.BytesIO(self.data)


Readable = Path | Held
