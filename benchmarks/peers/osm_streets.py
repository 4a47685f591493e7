"""From an .osm.pbf to projected streets for walking with pyrosm or osmnx: `python osm_streets.py TOOL FILE ...`."""

import resource
import sys
import tempfile

import osmium
import osmnx
from pyrosm import OSM

CRS = "EPSG:32632"


def pyrosm_km(path: str) -> float:
    _, edges = OSM(path).get_network("walking", nodes=True)
    return edges.to_crs(CRS).length.sum() / 1000


def osmnx_km(path: str) -> float:
    """Count only osmnx's own work on XML; the filtering of the extract to XML runs before."""
    graph = osmnx.project_graph(osmnx.graph_from_xml(path, retain_all=True, simplify=True), to_crs=CRS)
    return osmnx.graph_to_gdfs(osmnx.convert.to_undirected(graph), nodes=False).length.sum() / 1000


def as_xml(path: str, folder: str) -> str:
    with osmium.BackReferenceWriter(folder + "/ways.osm", ref_src=path) as out:
        for way in osmium.FileProcessor(path).with_filter(osmium.filter.KeyFilter("highway")):
            if way.is_way():
                out.add(way)
    return folder + "/ways.osm"


def cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def main() -> None:
    tool, path = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        given = as_xml(path, folder) if tool == "osmnx" else path
        work = {"pyrosm": pyrosm_km, "osmnx": osmnx_km}[tool]
        if tool == "pyrosm":
            work(given)  # its first call imports more
        began = cpu_s()
        kilometres = work(given)
        print(f"CPU {cpu_s() - began} {kilometres:.0f} km", flush=True)


if __name__ == "__main__":
    main()
