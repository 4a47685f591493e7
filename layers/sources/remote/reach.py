"""How one source may be reached: its deadline, secrets, certificates, limits. Sends nothing itself."""

import io
import logging
import os
import ssl
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import BinaryIO

import httpx

from layers.city import Remote
from layers.errors import Fault, SourceError
from layers.sources.remote.secrets import redacted, resolved

_BYTES_PER_MB = 1_000_000
USER_AGENT = "harmshift (nightly pipeline of a municipality)"


@dataclass(frozen=True)
class Reach:
    """One source's fetch under way.

    Attributes
    ----------
    source : what is fetched
    ends_s : the monotonic clock's reading at which it must be done
    stack : closes what was opened on the way
    environ : where secrets are looked up
    folder : where large answers may lie unnamed while they arrive; None: only in memory, as they are not open
    only_changes : no row at all is a right answer
    """

    source: Remote
    ends_s: float
    stack: ExitStack
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path | None = None
    only_changes: bool = False

    def for_a_page(self) -> "Reach":
        """Return the same for one page of several, which may be empty."""
        return replace(self, only_changes=True)

    @property
    def max_bytes(self) -> int:
        return int(self.source.max_mb * _BYTES_PER_MB)

    @property
    def remaining_s(self) -> float:
        """Return the seconds that are left.

        Raises
        ------
        SourceError
            If none is left.
        """
        left = self.ends_s - time.monotonic()
        if left <= 0:
            raise self.error(
                f"was not done within its {self.source.deadline_s:g} s. Try later, or raise deadline_s.",
                fault="unreachable",
            )
        return left

    def secret(self, text: str) -> str:
        """Return the text with the environment's values; for the wire alone."""
        return resolved(text, self.environ, self.source.id)

    def params(self, **said: str) -> dict[str, str]:
        """Return the query's parameters, those of the settings included."""
        return said | {name: self.secret(value) for name, value in self.source.params.items()}

    def headers(self) -> dict[str, str]:
        """Return the request's headers."""
        return {name: self.secret(value) for name, value in self.source.headers.items()}

    def error(self, text: str, *, fault: Fault) -> SourceError:
        """Return an error that names the source and its address as the settings write it, and holds no secret."""
        said = " ".join([self.source.address, *self.source.headers.values(), *self.source.params.values()])
        message = redacted(f"source {self.source.id!r}: {self.source.address} {text}", said, self.environ)
        return SourceError(message, fault=fault)

    def room(self) -> BinaryIO:
        """Return an empty place for an answer, without a name; in memory alone if the data are not open."""
        if self.folder is None:
            return io.BytesIO()
        return self.stack.enter_context(tempfile.TemporaryFile(dir=self.folder))

    @cached_property
    def client(self) -> httpx.Client:
        """An HTTP client that checks certificates, uses the environment's proxies, and follows no redirect."""
        for name in ("httpx", "httpcore"):  # they log whole addresses, tokens included
            logging.getLogger(name).setLevel(logging.WARNING)
        headers = {"User-Agent": USER_AGENT}
        client = httpx.Client(verify=self.certificates(), headers=headers, follow_redirects=False)
        return self.stack.enter_context(client)

    def certificates(self) -> ssl.SSLContext:
        """Return what servers are checked against: `ca_file`, SSL_CERT_FILE, or the usual authorities.

        Raises
        ------
        SourceError
            If the file cannot be read.
        """
        named = str(self.source.ca_file) if self.source.ca_file else self.environ.get("SSL_CERT_FILE")
        try:
            return _trusting(named)
        except (OSError, ssl.SSLError) as error:
            text = f"cannot be checked: {named} cannot be read ({error}). Mend ca_file or SSL_CERT_FILE."
            raise self.error(text, fault="refused") from None


@cache
def _trusting(file: str | None) -> ssl.SSLContext:
    """Return what checks certificates and names; reading the authorities takes longer than most requests."""
    return ssl.create_default_context(cafile=file) if file else httpx.create_ssl_context()


@contextmanager
def reaching(source: Remote, folder: Path, *, only_changes: bool = False) -> Iterator[Reach]:
    """Start the clock of a source; what it opened is closed at the end.

    Parameters
    ----------
    folder : Path
        Where large answers may lie unnamed while they arrive, if the source is open.
    """
    with ExitStack() as stack:
        kept_at = folder if source.open else None
        yield Reach(source, time.monotonic() + source.deadline_s, stack, os.environ, kept_at, only_changes)
