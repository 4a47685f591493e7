"""Errors of the mathematics: what a caller handed over that cannot be computed with."""


class GeoError(ValueError):
    """Input that no formula here can use; the message says what, and how to mend it."""


class CrsError(GeoError):
    """A coordinate system that is missing, in degrees, or not the one expected."""
