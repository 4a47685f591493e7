"""How an error is told to a person: one sentence, without a traceback, and never a record's own text."""

from pathlib import Path
from traceback import walk_tb

from layers.errors import UserError

OURS = Path(__file__).resolve().parents[1]
PACKAGES = ("geo", "layers", "flows")


def told(error: Exception) -> str:
    """Say what went wrong. Of a fault in the program only its kind and place: its text might quote a record."""
    if isinstance(error, UserError | OSError) or _is_geo_error(error):
        return str(error)
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    inside = [(path.relative_to(OURS), line) for path, line in frames if path.is_relative_to(OURS)]
    ours = [(path, line) for path, line in inside if path.parts[0] in PACKAGES]  # not a .venv beside them
    where = ", ".join(f"{path} line {line}" for path, line in ours[-1:])
    return f"harmshift failed ({type(error).__name__} at {where}). This is its own fault; --debug shows the traceback."


def _is_geo_error(error: Exception) -> bool:
    from geo.errors import GeoError

    return isinstance(error, GeoError)
