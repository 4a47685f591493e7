"""The examinations of `harmshift doctor`: each returns what it saw or raises what is wrong. Leaves nothing behind."""

import os
import tempfile
from pathlib import Path

from flows.configuration.settings import find_config_dir, known_cities, load_style
from flows.state import is_writable, state_dir

# A point in Bergen, and where Krüger's series, computed apart from PROJ, puts it in UTM zone 32.
LON_LAT = (5.3250, 60.3840)
KNOWN_M = (297468.2536, 6699827.2493)
CRS = "EPSG:25832"
TOLERANCE_M = 0.01


def libraries() -> str:
    """Return the versions of the C libraries inside each wheel."""
    import pyogrio
    import pyproj
    import rasterio
    import shapely

    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    return (
        f"pyogrio GDAL {gdal}, rasterio GDAL {rasterio.__gdal_version__} PROJ {rasterio.__proj_version__}, "
        f"pyproj PROJ {pyproj.proj_version_str}, shapely GEOS {shapely.geos_version_string}"
    )


def environment(alien: tuple[str, ...]) -> str:
    """Say which variables led wheels to another installation's data."""
    if alien:
        msg = f"{', '.join(alien)} led to another installation's data and is left aside; unset it where harmshift runs."
        raise RuntimeError(msg)
    return f"no alien PROJ or GDAL data; PROJ network {os.environ.get('PROJ_NETWORK', 'not set')}"


def transform() -> str:
    """Transform a point whose answer is known."""
    from pyproj import Transformer
    from rasterio.warp import transform as warp

    x, y = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(*LON_LAT)
    (warped_x,), (warped_y,) = warp("EPSG:4326", CRS, [LON_LAT[0]], [LON_LAT[1]])
    off_m = max(abs(x - KNOWN_M[0]), abs(y - KNOWN_M[1]), abs(warped_x - KNOWN_M[0]), abs(warped_y - KNOWN_M[1]))
    if not off_m < TOLERANCE_M:
        msg = f"a known point came out {off_m:.3g} m off; pyproj or rasterio uses wrong data. Install harmshift afresh."
        raise RuntimeError(msg)
    return f"EPSG:4326 to {CRS} within {TOLERANCE_M * 1000:g} mm, by pyproj and by rasterio"


def geopackage() -> str:
    """Write a GeoPackage and read it back."""
    import pyogrio
    from geopandas import GeoDataFrame
    from shapely import Point

    table = GeoDataFrame({"name": ["Nygårdsparken"]}, geometry=[Point(KNOWN_M)], crs=CRS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doctor.gpkg"
        pyogrio.write_dataframe(table, path, layer="doctor")
        back = pyogrio.read_dataframe(path)
    if back["name"][0] != "Nygårdsparken" or back.crs != table.crs or not back.geometry[0].equals(table.geometry[0]):
        raise RuntimeError("what was written does not read back the same. Install harmshift afresh.")
    return "written and read back"


def cog() -> str:
    """Write a cloud-optimised GeoTIFF and read it back."""
    import numpy as np
    import rasterio
    from rasterio import Affine

    values = np.arange(64, dtype="float32").reshape(8, 8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doctor.tif"
        place = Affine(50, 0, KNOWN_M[0], 0, -50, KNOWN_M[1])  # from_origin multiplies in a way affine 3 warns of
        profile = {"driver": "COG", "width": 8, "height": 8, "count": 1, "dtype": "float32", "crs": CRS}
        with rasterio.open(path, "w", transform=place, **profile) as file:
            file.write(values, 1)
        with rasterio.open(path) as file:
            same = np.array_equal(file.read(1), values) and file.crs.to_string() == CRS
    if not same:
        raise RuntimeError("what was written does not read back the same. Install harmshift afresh.")
    return "written and read back"


def pdf() -> str:
    """Set one line in a PDF."""
    import typst

    made = typst.compile(b"Nyg\xc3\xa5rdsparken", format="pdf", ignore_system_fonts=True)
    if not made.startswith(b"%PDF-"):
        raise RuntimeError("typst made no PDF. Install harmshift afresh.")
    return f"typst set a line ({len(made) // 1000} kB)"


def settings() -> str:
    """Find settings and style."""
    folder = find_config_dir()
    load_style(folder)
    return f"{folder}: {', '.join(known_cities(folder)) or 'no city yet'}"


def state() -> str:
    """Whether the state folder can be written; it is not created for this."""
    folder = state_dir()
    if not is_writable(folder):
        msg = f"{folder} cannot be written. Set HARMSHIFT_STATE to a folder that this user may write."
        raise RuntimeError(msg)
    return f"{folder} {'is writable' if folder.exists() else 'can be created'}"


def prefect() -> str:
    """Ask the Prefect server, if one is named."""
    from flows.orchestration.prefect_server import answers

    url = os.environ.get("PREFECT_API_URL")
    if not url:
        raise RuntimeError(
            "not used, and not needed: PREFECT_API_URL is not set. `--engine prefect` starts a server of its own."
        )
    if not answers(url):
        raise RuntimeError(
            f"no answer from {url}; nights and runs do without. Start the server, or unset PREFECT_API_URL."
        )
    return f"answers at {url}"
