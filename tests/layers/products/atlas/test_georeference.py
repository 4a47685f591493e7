"""Viewports: corners that come back to the ground they were given, the same bytes for the same page."""

import io
import zlib

import pikepdf
import pytest
from pyproj import Transformer

from layers.products.atlas.georeference import Placed, georeferenced

BOUNDS = (294_100.0, 6_697_100.0, 300_100.0, 6_703_100.0)


def _page() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.add_blank_page(page_size=(595, 842))
    written = io.BytesIO()
    document.save(written, static_id=True)
    return written.getvalue()


def _frame(page: int) -> Placed:
    return Placed(page, left_pt=51.0, top_pt=100.0, width_pt=300.0, height_pt=300.0, bounds=BOUNDS, name="Før")


def test_the_corners_round_trip_to_the_ground():
    done = georeferenced(_page(), [_frame(2)], crs="EPSG:25832")
    with pikepdf.open(io.BytesIO(done)) as document:
        assert "/VP" not in document.pages[0]
        (viewport,) = document.pages[1].VP
        assert [float(part) for part in viewport.BBox] == [51, 442, 351, 742]
        assert str(viewport.Name) == "Før"
        degrees = [float(part) for part in viewport.Measure.GPTS]
        assert int(viewport.Measure.GCS.EPSG) == 25832
    back = Transformer.from_crs("EPSG:4258", "EPSG:25832", always_xy=True)
    corners = [back.transform(lon, lat) for lat, lon in zip(degrees[::2], degrees[1::2], strict=True)]
    west, south, east, north = BOUNDS
    expected = [(west, south), (west, north), (east, north), (east, south)]
    for corner, ground in zip(corners, expected, strict=True):
        assert corner == pytest.approx(ground, abs=0.05)


def test_several_frames_on_a_page_and_the_same_bytes_again():
    frames = [_frame(1), _frame(1), _frame(2)]
    done = georeferenced(_page(), frames, crs="EPSG:25832")
    assert done == georeferenced(_page(), frames, crs="EPSG:25832")
    with pikepdf.open(io.BytesIO(done)) as document:
        assert [len(page.VP) for page in document.pages] == [2, 1]


def test_page_content_that_packs_to_a_final_line_break_is_packed_anew():
    # the checksum at the end of compressed data is a carriage return for one content in 256
    content = next(c for c in (b"q " * n + b"Q " * n for n in range(1, 512)) if zlib.compress(c).endswith(b"\r"))
    document = pikepdf.open(io.BytesIO(_page()))
    stream = document.make_stream(b"")
    stream.write(zlib.compress(content), filter=pikepdf.Name.FlateDecode)
    document.pages[0].Contents = stream
    written = io.BytesIO()
    document.save(written, static_id=True)
    done = georeferenced(written.getvalue(), [], crs="EPSG:25832")
    with pikepdf.open(io.BytesIO(done)) as after:
        stream = after.pages[0].Contents
        assert stream.read_bytes() == content + b" "
        assert stream.read_raw_bytes()[-1:] not in (b"\r", b"\n")
