"""Reading packed answers safely: ZIP members and gzip, in memory, within limits. Writes no file, so nothing escapes."""

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from layers.sources.held import Held
from layers.sources.remote.reach import Reach

_MAX_MEMBERS = 100_000
_MAX_RATIO = 200  # text packs 5 to 30 times; a bomb a thousand times
_CHUNK_BYTES = 1 << 20
_DRIVE = re.compile(r"^[A-Za-z]:")


def members(reach: Reach, content: BinaryIO, wanted: Callable[[str], bool]) -> Iterator[Held]:
    """Yield the wanted members of a ZIP archive, by name.

    Raises
    ------
    SourceError
        If it is no archive, is cut short, names a file outside itself, or unpacks to more than the limits.
    """
    with _opened(reach, content) as archive:
        infos = archive.infolist()
        if len(infos) > _MAX_MEMBERS:
            raise reach.error(f"is an archive of {len(infos):,} files, which is refused.", fault="refused")
        for info in infos:
            _refuse_unsafe(reach, info)
        chosen = sorted((info for info in infos if not info.is_dir() and wanted(info.filename)), key=_name)
        left = reach.max_bytes
        for info in chosen:
            data = _read(reach, archive, info, left)
            left -= len(data)
            yield Held(PurePosixPath(info.filename).name, data)


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename


@contextmanager
def _opened(reach: Reach, content: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(content) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        text = f"gives an archive that is cut short or damaged ({error}). Try later."
        raise reach.error(text, fault="incomplete") from None


def _refuse_unsafe(reach: Reach, info: zipfile.ZipInfo) -> None:
    name = info.orig_filename.replace("\\", "/")
    outside = name.startswith("/") or _DRIVE.match(name) or ".." in PurePosixPath(name).parts
    if outside or stat.S_ISLNK(info.external_attr >> 16):
        raise reach.error("gives an archive with a file outside itself, which is refused whole.", fault="refused")
    if info.flag_bits & 1:
        raise reach.error("gives an archive with a password. Name an open one.", fault="refused")


def _read(reach: Reach, archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """Read one member; what it says of its size is not believed."""
    limit = min(left, max(_CHUNK_BYTES, _MAX_RATIO * info.compress_size))
    with archive.open(info) as opened:
        data = opened.read(limit + 1)
    if len(data) > limit:
        text = f"gives an archive that unpacks to more than {limit / 1e6:.0f} MB. If that is right, raise max_mb."
        raise reach.error(text, fault="refused")
    return data


def refuse_gzip_bomb(reach: Reach, content: BinaryIO) -> None:
    """Look through a gzip file, if it is one, without keeping what it unpacks to; the content is rewound.

    Raises
    ------
    SourceError
        If it is cut short or unpacks to more than the limit.
    """
    content.seek(0)
    packed = content.read(2) == b"\x1f\x8b"
    content.seek(0)
    if not packed:
        return
    stream, size = zlib.decompressobj(wbits=31), 0
    try:
        while chunk := stream.unconsumed_tail or stream.unused_data or content.read(_CHUNK_BYTES):
            if stream.eof:  # a gzip file may be several, one after the other
                stream = zlib.decompressobj(wbits=31)
            size += len(stream.decompress(chunk, _CHUNK_BYTES))
            if size > reach.max_bytes:
                text = f"unpacks to more than {reach.source.max_mb:g} MB. If that is right, raise max_mb."
                raise reach.error(text, fault="refused")
    except zlib.error as error:
        raise reach.error(f"gives a damaged gzip file ({error}). Try later.", fault="incomplete") from None
    if not stream.eof:
        raise reach.error("gives a gzip file that is cut short. Try later.", fault="incomplete")
    content.seek(0)
