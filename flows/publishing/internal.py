"""The internal product of a run: where it goes and how it gets there. Never inside the public folder, open to one user.

Computes nothing; `layers.internal` says what it holds.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.publishing.current import point_current
from flows.publishing.publish import outside_public, publish, staging
from layers.city import City
from layers.errors import PublishError

if TYPE_CHECKING:  # brings geopandas, which `harmshift --help` does without
    from layers.disclosure.release import Release
    from layers.internal import Internal
    from layers.style import Style

PRIVATE = 0o700
BESIDE_CLOSED = "analysts"  # folder for a city whose ordinary products lie in internal_dir already


def internal_root(city: City, out: Path) -> Path | None:
    """Return the folder of a city's internal runs; None if its YAML names no `internal_dir`.

    Raises
    ------
    PublishError
        If `internal_dir` lies inside the public folder.
    """
    if city.internal_dir is None:
        return None
    root = outside_public(city.internal_dir, out) / city.city
    return root if city.is_open else root / BESIDE_CLOSED


def publish_internal(
    internal: "Internal", release: "Release", style: "Style", root: Path, *, manifest: dict[str, Any]
) -> Path:
    """Write, verify and publish the internal product in one step, in folders that only their owner can enter.

    Returns
    -------
    Path
        The folder of the internal run; `current` beside its siblings points at it.

    Raises
    ------
    PublishError
        If `root` cannot be written.
    """
    from layers.products import internal as product

    _make_private(root)
    with staging(root, release.run.run_id) as staged:
        staged.chmod(PRIVATE)
        product.write(internal, release, style, staged)
        directory = publish(staged, root, manifest=manifest, run_id=release.run.run_id)
    point_current(root, directory)
    return directory


def _make_private(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        root.chmod(PRIVATE)  # whatever the umask, and whoever made it
    except OSError as problem:
        msg = f"cannot write internal results to {root}: {problem.strerror}. Mend its rights, or change internal_dir."
        raise PublishError(msg) from problem
