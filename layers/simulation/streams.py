"""Named random streams: one per part of the simulation, so that no part moves another's draws. Draws nothing."""

from zlib import crc32

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of the part called `name`; the same seed and name give the same draws.

    Parameters
    ----------
    seed : int
        The city's seed.
    name : str
        Any text; its CRC-32 is the second word of the seed.
    """
    return np.random.default_rng([seed, crc32(name.encode())])
