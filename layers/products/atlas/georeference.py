"""Ground coordinates for the map frames of a PDF page (ISO 32000 viewports). Draws nothing."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pyproj import CRS, Transformer


@dataclass(frozen=True)
class Placed:
    """A map frame on a page: where it stands on paper and on the ground.

    Parameters
    ----------
    page : int
        From 1.
    left_pt, top_pt, width_pt, height_pt : float
        From the page's upper left corner, points.
    bounds : tuple of float
        West, south, east, north in metres of the CRS.
    name : str
        What the map shows; readers of PDF offer viewports by name.
    """

    page: int
    left_pt: float
    top_pt: float
    width_pt: float
    height_pt: float
    bounds: tuple[float, float, float, float]
    name: str


def georeferenced(pdf: bytes, frames: Sequence[Placed], *, crs: str) -> bytes:
    """Return the PDF with a viewport per map frame, so that GIS and phone map readers know where they look.

    Parameters
    ----------
    pdf
        A finished PDF; its standards (UA-1, A-2a) are kept.
    frames
        The map frames, any number to a page.
    crs
        Projected CRS of the frames' bounds, e.g. EPSG:25832.

    Returns
    -------
    bytes
        The same for the same input: the file's id is made from its content.
    """
    to_degrees = Transformer.from_crs(crs, CRS(crs).geodetic_crs, always_xy=True)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for frame in frames:
            page = document.pages[frame.page - 1]
            page_height = float(page.mediabox[3])
            viewport = _viewport(frame, page_height, to_degrees, crs)
            if "/VP" not in page:
                page["/VP"] = pikepdf.Array()
            page.VP.append(document.make_indirect(viewport))
        _end_streams_plainly(document)
        written = io.BytesIO()
        document.save(
            written,
            deterministic_id=True,
            fix_metadata_version=False,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,  # so that no stream is packed anew on the way out
        )
    return written.getvalue()


def _end_streams_plainly(document: pikepdf.Pdf) -> None:
    """Repack streams whose compressed bytes happen to end in a line break: one in 128 does.

    PDF/A wants a line break after the stream's last byte; behind one that belongs to the data, strict readers miscount.
    Page content bears a space at its end, which changes the checksum; fonts and profiles are stored as they are.
    """
    for part in document.objects:
        if not isinstance(part, pikepdf.Stream) or part.read_raw_bytes()[-1:] not in (b"\r", b"\n"):
            continue
        content = part.read_bytes()
        if part.get("/Subtype") in (None, pikepdf.Name.Form) and "/Length1" not in part and "/N" not in part:
            part.write(zlib.compress(content + b" "), filter=pikepdf.Name.FlateDecode)
        else:
            part.write(content)


def _viewport(frame: Placed, page_height_pt: float, to_degrees: Transformer, crs: str) -> pikepdf.Dictionary:
    west, south, east, north = frame.bounds
    # corners of the frame in the unit square of the viewport, and the same corners as latitude, longitude
    corners = [(0, 0, west, south), (0, 1, west, north), (1, 1, east, north), (1, 0, east, south)]
    unit_square = [float(part) for x, y, _, _ in corners for part in (x, y)]
    ground: list[float] = []
    for _, _, x_m, y_m in corners:
        longitude, latitude = to_degrees.transform(x_m, y_m)
        ground += [round(latitude, 9), round(longitude, 9)]
    bottom = page_height_pt - frame.top_pt - frame.height_pt
    corners_pt = [frame.left_pt, bottom, frame.left_pt + frame.width_pt, bottom + frame.height_pt]
    measure = {
        "/Type": pikepdf.Name.Measure,
        "/Subtype": pikepdf.Name.GEO,
        "/Bounds": pikepdf.Array([_real(part) for part in unit_square]),
        "/LPTS": pikepdf.Array([_real(part) for part in unit_square]),
        "/GPTS": pikepdf.Array([_real(part) for part in ground]),
        "/GCS": _coordinate_system(crs),
    }
    return pikepdf.Dictionary(
        {
            "/Type": pikepdf.Name.Viewport,
            "/Name": pikepdf.String(frame.name),
            "/BBox": pikepdf.Array([_real(part) for part in corners_pt]),
            "/Measure": pikepdf.Dictionary(measure),
        }
    )


def _coordinate_system(crs: str) -> pikepdf.Dictionary:
    system = CRS(crs)
    said: dict[str, Any] = {"/Type": pikepdf.Name.PROJCS, "/WKT": pikepdf.String(system.to_wkt("WKT1_ESRI"))}
    code = system.to_epsg()
    if code is not None:
        said["/EPSG"] = code
    return pikepdf.Dictionary(said)


def _real(value: float) -> Any:
    return pikepdf.Object.parse(f"{value:.9f}".encode())
