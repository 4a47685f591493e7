"""The surroundings of a run: its state folder, and environment variables that would mislead libraries. Runs nothing.

`HARMSHIFT_STATE` (default `./.harmshift`) holds snapshots, locks, quarantine rows and compiled code. No public product.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from platformdirs import user_cache_path

from layers.errors import UserError

STATE_DEFAULT = ".harmshift"
PRIVATE = 0o700
# Every wheel brings its own GDAL and PROJ data; a folder of another installation makes them fail or, worse, differ.
ALIEN_VARIABLES = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")

Environment = MutableMapping[str, str]


def state_dir(environ: Environment = os.environ) -> Path:
    """Return the state folder, absolute; it need not exist."""
    return Path(environ.get("HARMSHIFT_STATE") or STATE_DEFAULT).expanduser().absolute()


def make_state_dir(path: Path) -> Path:
    """Create the state folder, readable by its owner alone, and return it.

    Raises
    ------
    UserError
        If it cannot be created or written.
    """
    try:
        path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if path.stat().st_uid == os.getuid():
            path.chmod(PRIVATE)  # mkdir is subject to the umask, and the folder may be older than this rule
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        msg = (
            f"the state folder {path} cannot be written ({error.strerror}). "
            "Set HARMSHIFT_STATE to a folder that this user may write."
        )
        raise UserError(msg) from error
    return path


def prepare_environment(environ: Environment = os.environ) -> tuple[str, ...]:
    """Set what libraries read once at import; return the names of alien variables that were dropped.

    Must run before numba, pyproj, rasterio or pyogrio is imported.
    """
    dropped = tuple(name for name in ALIEN_VARIABLES if environ.pop(name, None) is not None)
    environ["PROJ_NETWORK"] = "OFF"  # grids from the network would make coordinates depend on the day's connection
    if "NUMBA_CACHE_DIR" not in environ:
        environ["NUMBA_CACHE_DIR"] = str(_numba_cache(state_dir(environ)))
    return dropped


def _numba_cache(state: Path) -> Path:
    """Return a folder numba can write: in the state folder, the user's cache, or one that ends with the process."""
    for folder in (state / "numba", user_cache_path("harmshift") / "numba"):
        if is_writable(folder):
            return folder
    temporary = Path(tempfile.mkdtemp(prefix="harmshift-numba-"))
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary


def is_writable(folder: Path) -> bool:
    """Whether `folder` can be written, or created where its nearest existing parent stands; writes nothing."""
    existing = folder
    while not existing.exists():
        if existing == existing.parent:
            return False
        existing = existing.parent
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
