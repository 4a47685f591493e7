"""A file in S3-compatible object storage, through fsspec. Credentials are the environment's, as its clients read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fsspec
import stamina
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from layers.city.remote import ObjectStorageSource
from layers.sources.remote.answer import FetchedFile, Last, Unchanged
from layers.sources.remote.archive import refuse_gzip_bomb
from layers.sources.remote.http import name_of
from layers.sources.remote.reach import Reach
from layers.sources.remote.web import TryAgainError, refuse_page

_CHUNK_BYTES = 1 << 20
_HEAD_BYTES = 4096


def fetch(source: ObjectStorageSource, reach: Reach, last: Last) -> FetchedFile | Unchanged:
    """Return the object, or that it is unchanged.

    Raises
    ------
    SourceError
        If it cannot be had, or is not what it says of its own size.
    """
    try:
        for attempt in stamina.retry_context(on=TryAgainError, attempts=source.attempts, timeout=reach.remaining_s):
            with attempt, _faults(reach):
                return _once(source, reach, last)
    except TryAgainError as error:
        raise error.said from None
    raise AssertionError("unreachable: the last attempt returns or raises")


def _once(source: ObjectStorageSource, reach: Reach, last: Last) -> FetchedFile | Unchanged:
    storage, key = _storage(source, reach), reach.secret(source.address).removeprefix("s3://")
    said = storage.info(key)
    tag, size = str(said.get("ETag", "")).strip('"'), int(said["size"])
    if tag and last.upstream.get("etag") == tag:
        return Unchanged()
    if size > reach.max_bytes:
        raise reach.error(f"has {size / 1e6:.0f} MB. If that is right, raise max_mb.", fault="refused")
    content, got = reach.room(), 0
    with storage.open(key, "rb", block_size=_CHUNK_BYTES, cache_type="none") as opened:
        while got < size and (chunk := opened.read(min(_CHUNK_BYTES, size - got))):
            _ = reach.remaining_s
            got += content.write(chunk)
    if got != size:
        raise reach.error(f"gave {got:,} of {size:,} bytes. Try later.", fault="incomplete")
    content.seek(0)
    refuse_page(reach, content.read(_HEAD_BYTES))
    refuse_gzip_bomb(reach, content)
    changed = said.get("LastModified")
    return FetchedFile(
        name_of(source.address), content, {"etag": tag}, upstream_date=changed.date() if changed else None
    )


def _storage(source: ObjectStorageSource, reach: Reach) -> Any:
    left = reach.remaining_s
    verify = str(source.ca_file) if source.ca_file else None
    return fsspec.filesystem(
        "s3",
        anon=source.anonymous,
        endpoint_url=source.endpoint,
        client_kwargs={"verify": verify} if verify else {},
        config_kwargs={"connect_timeout": min(15, left), "read_timeout": min(60, left), "retries": {"max_attempts": 1}},
        use_listings_cache=False,
        skip_instance_cache=True,
    )


@contextmanager
def _faults(reach: Reach) -> Iterator[None]:
    """Say in our words what the storage says."""
    try:
        yield
    except FileNotFoundError:
        raise reach.error("does not exist. Mend the address.", fault="changed") from None
    except (PermissionError, NoCredentialsError):
        text = "may not be read. Look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment."
        raise reach.error(text, fault="refused") from None
    except (BotoCoreError, ClientError, OSError) as error:
        said = reach.error(f"cannot be reached ({error}). Try later, or mend endpoint.", fault="unreachable")
        raise TryAgainError(said) from None
