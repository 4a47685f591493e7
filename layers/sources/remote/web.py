"""Requests over HTTP: retries, redirects, limits, and what an answer may not be. Knows no service's language."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from layers.errors import Fault, SourceError
from layers.sources.remote.reach import Reach

_MAX_REDIRECTS = 5
_CONNECT_S, _SILENCE_S = 15.0, 60.0
_AGAIN = {429, 500, 502, 503, 504}
_REFUSED = {401, 403, 407}
_HTML = (b"<!doctype html", b"<html", b"<head")


class TryAgainError(Exception):
    """Trouble that may pass; `after_s` is how long the server asks to wait."""

    def __init__(self, said: SourceError, after_s: float | None = None) -> None:
        super().__init__(str(said))
        self.said, self.after_s = said, after_s


@dataclass(frozen=True)
class Request:
    """What is asked: an address with its parameters, by GET, or by POST if there is a body."""

    address: str
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    body: str | None = None


@dataclass(frozen=True)
class Received:
    """A whole answer: its bytes, rewound, and its headers. Status 304 has no bytes."""

    content: BinaryIO
    status: int
    headers: Mapping[str, str]
    sha256: str
    md5: str

    @property
    def upstream(self) -> dict[str, str]:
        """Return what recognises this content next time."""
        named = {"etag": "ETag", "last_modified": "Last-Modified"}
        return {key: self.headers[name] for key, name in named.items() if name in self.headers}


def receive(reach: Reach, request: Request) -> Received:
    """Send a request, again if trouble may pass, until the source's deadline.

    Raises
    ------
    SourceError
        With the kind of fault; never with a secret.
    """
    try:
        for attempt in stamina.retry_context(
            on=_wait_for, attempts=reach.source.attempts, timeout=reach.remaining_s, wait_max=60.0
        ):
            with attempt:
                return _once(reach, request)
    except TryAgainError as error:
        raise error.said from None
    raise AssertionError("unreachable: the last attempt returns or raises")


def _wait_for(error: Exception) -> bool | float:
    if not isinstance(error, TryAgainError):
        return False
    return True if error.after_s is None else error.after_s


def _once(reach: Reach, request: Request) -> Received:
    with _passing_trouble(reach):
        address, params = request.address, request.params
        for _ in range(_MAX_REDIRECTS + 1):
            own = reach.headers() if _same_host(address, request.address) else {}
            headers = {**(request.headers or {}), **own}
            method = "GET" if request.body is None else "POST"
            sent = reach.client.build_request(
                method, address, params=params, headers=headers, content=request.body, timeout=_timeout(reach)
            )
            with closing(reach.client.send(sent, stream=True)) as answer:
                if not answer.is_redirect or answer.status_code == 304:
                    return _whole(reach, answer)
                address, params = _next_address(reach, address, answer), None
    raise reach.error(f"redirects more than {_MAX_REDIRECTS} times. Mend the address.", fault="changed")


def _timeout(reach: Reach) -> httpx.Timeout:
    left = reach.remaining_s
    return httpx.Timeout(min(_SILENCE_S, left), connect=min(_CONNECT_S, left))


@contextmanager
def _passing_trouble(reach: Reach) -> Iterator[None]:
    """Tell trouble that may pass from trouble that will not."""
    try:
        yield
    except httpx.RemoteProtocolError as error:
        said = reach.error(f"stopped in the middle of its answer ({error}). Try later.", fault="incomplete")
        raise TryAgainError(said) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.DecodingError) as error:
        raise reach.error(f"cannot be read ({error}). Mend the address.", fault="changed") from None
    except httpx.TransportError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            text = "shows a certificate that is not trusted. Name its authority in ca_file or SSL_CERT_FILE."
            raise reach.error(text, fault="refused") from None
        what = str(error) or type(error).__name__
        said = reach.error(f"does not answer ({what}). Try later, or look at network and proxy.", fault="unreachable")
        raise TryAgainError(said) from None


def _same_host(one: str, other: str) -> bool:
    """Secrets in headers go to the host they are meant for alone."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]


def _next_address(reach: Reach, address: str, answer: httpx.Response) -> str:
    target = urljoin(address, str(answer.headers.get("Location", "")))
    before, after = urlsplit(address).scheme, urlsplit(target).scheme
    if after not in ("http", "https") or (before == "https" and after == "http"):
        raise reach.error(f"redirects from {before} to {after}, which is refused. Mend the address.", fault="refused")
    return target


def _whole(reach: Reach, answer: httpx.Response) -> Received:
    status = answer.status_code
    if status in _AGAIN:
        raise _try_again(reach, answer)
    if status >= 400:
        fault: Fault = "refused" if status in _REFUSED else "changed"
        cure = "Look at the credentials." if status in _REFUSED else "Mend the address or the query."
        raise reach.error(f"answers with status {status}{_said(reach, answer)}. {cure}", fault=fault)
    content, digests = reach.room(), (hashlib.sha256(), hashlib.md5(usedforsecurity=False))
    size = 0
    for chunk in answer.iter_bytes():  # as it arrives: to wait for a full chunk would let a slow drip go on
        _ = reach.remaining_s
        size += len(chunk)
        if size > reach.max_bytes:
            text = f"gives more than {reach.source.max_mb:g} MB. If that is right, raise max_mb."
            raise reach.error(text, fault="refused")
        content.write(chunk)
        for digest in digests:
            digest.update(chunk)
    content.seek(0)
    return Received(content, status, answer.headers, *(digest.hexdigest() for digest in digests))


def _try_again(reach: Reach, answer: httpx.Response) -> TryAgainError:
    wait_s = retry_after_s(answer.headers)
    if wait_s is not None and wait_s >= reach.remaining_s:
        text = f"asks to wait {wait_s:.0f} s (status {answer.status_code}), longer than its deadline. Try later."
        raise reach.error(text, fault="unreachable")
    text = f"answers with status {answer.status_code}: busy or out of order. Try later."
    return TryAgainError(reach.error(text, fault="unreachable"), wait_s)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a Retry-After header asks for, as number or as date against the answer's own Date."""
    said = headers.get("Retry-After")
    if said is None:
        return None
    try:
        if said.strip().isdigit():
            return float(said)
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else None
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds()) if now else None
    except ValueError:
        return None


def _said(reach: Reach, answer: httpx.Response) -> str:
    """Return the first words of an error's text, which often hold the cure."""
    head = next(answer.iter_bytes(), b"")[:2000]
    text = " ".join(head.decode("utf-8", "replace").split())[:200]
    return f" ({text})" if text and not is_html(head) and reach.source.open else ""


def is_html(head: bytes) -> bool:
    """Whether bytes begin a web page."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower().startswith(_HTML)


def json_of(reach: Reach, request: Request) -> Any:
    """Return a decoded JSON answer.

    Raises
    ------
    SourceError
        If the answer is a web page, empty, or cut short.
    """
    return json_from(reach, receive(reach, request).content.read())


def json_from(reach: Reach, content: bytes) -> Any:
    """Return decoded JSON; raises as `json_of`."""
    refuse_page(reach, content)
    try:
        return json.loads(content)
    except ValueError:
        text = f"gives JSON that is cut short or damaged ({len(content):,} bytes). Try later."
        raise reach.error(text, fault="incomplete") from None


def refuse_page(reach: Reach, content: bytes) -> None:
    """Refuse an empty answer, and a web page where data should be.

    Raises
    ------
    SourceError
        If it is one.
    """
    if not content.strip():
        raise reach.error("gives an empty answer. Try later.", fault="incomplete")
    if is_html(content):
        text = "gives a web page (HTML) in place of data: an error or login page. Mend the address or credentials."
        raise reach.error(text, fault="changed")


def day_of(headers: Mapping[str, str]) -> datetime | None:
    """Return when the server says the content was last changed, in UTC."""
    said = headers.get("Last-Modified")
    try:
        return parsedate_to_datetime(said).astimezone(UTC) if said else None
    except ValueError:
        return None
