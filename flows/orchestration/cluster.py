"""An existing Dask cluster for one run: joined at its start, left at its end. Starts no cluster and owns no worker."""

from collections.abc import Iterator
from contextlib import contextmanager

from layers.errors import UserError

PATIENCE = "10s"


class ClusterError(UserError):
    """A cluster that does not answer."""


@contextmanager
def joined(address: str | None) -> Iterator[None]:
    """Send what may run anywhere (`geo.threads`) to the cluster at `address`; without one, threads do it here.

    Raises
    ------
    ClusterError
        If no scheduler answers at the address.
    """
    if address is None:
        yield
        return
    from distributed import Client

    try:
        # A client that fails to connect would stay this process's default, so a trial goes before the real one.
        Client(address, timeout=PATIENCE, set_as_default=False).close()  # type: ignore[no-untyped-call] # untyped
    except (OSError, TimeoutError, ValueError) as error:
        msg = f"--scheduler: no Dask scheduler answers at {address}. Look at the address, or leave it out to run here."
        raise ClusterError(msg) from error
    with Client(address, timeout=PATIENCE):  # type: ignore[no-untyped-call] # untyped
        yield
