"""Messages of the night: to stdout, and to whatever addresses the environment names. Never raises, shows no address."""

import json
import logging
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import click

from flows.nights.heartbeat import write_json
from flows.nights.night_warnings import Warned

ADDRESSES = "HARMSHIFT_NOTIFY"
_HALF_A_DAY = timedelta(hours=12)
log = logging.getLogger(__name__)


def tell(title: str, lines: Iterable[str], environ: Mapping[str, str] = os.environ) -> None:
    """Print a message, and send it to every address in HARMSHIFT_NOTIFY (apprise: mailto://, json://, ...)."""
    body = "\n".join(lines)
    click.echo(f"{title}\n{body}" if body else title)
    addresses = environ.get(ADDRESSES, "").split()
    if not addresses:
        return
    lost = 0
    for address in addresses:
        lost += not _sent(address, title, body)
    if lost:
        log.warning(
            "%d of %d addresses in %s did not take the message. Look at the addresses, and at the way to them.",
            lost,
            len(addresses),
            ADDRESSES,
        )


def _sent(address: str, title: str, body: str) -> bool:
    """Send to one address; whatever goes wrong is a False, since a library's own words may quote the address."""
    try:
        with redirect_stderr(StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of modules that its many services import
            import apprise

            logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
            messenger = apprise.Apprise()
            return bool(messenger.add(address) and messenger.notify(title=title, body=body or title))
    except Exception:  # noqa: BLE001 - a message that is lost must never stop a night
        return False


def due(
    path: Path, given: Sequence[Warned], *, now: datetime, again_after: timedelta
) -> tuple[list[Warned], list[Warned]]:
    """Return the warnings to tell tonight and those told lately, and keep when each was told.

    A warning is told when it is new, and again in the night that comes `again_after` later, which ends some minutes
    sooner or later, and an hour sooner when the clocks go forward; one that has gone is forgotten.

    Parameters
    ----------
    path : Path
        Where it is kept when each was told; a file that cannot be read or written means: tell all.
    """
    told = _told(path)
    fresh = [w for w in given if w.key not in told or not timedelta(0) <= now - told[w.key] < again_after - _HALF_A_DAY]
    again = {w.key for w in fresh}
    try:
        write_json(path, {w.key: now if w.key in again else told[w.key] for w in given})
    except OSError as error:
        log.warning("when warnings were told cannot be kept in %s: %s", path, error.strerror)
    return fresh, [w for w in given if w.key not in again]


def _told(path: Path) -> dict[str, datetime]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): datetime.fromisoformat(when) for key, when in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
