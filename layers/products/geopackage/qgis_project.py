"""The QGIS projects of a release as .qgs text: an overview and an animation. Owns order and groups, no colours."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date

from layers.disclosure.release import Release
from layers.products.drawing.map_views import focus_bounds
from layers.products.geopackage import qgis_tree
from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.frames import months_per_frame
from layers.products.geopackage.qgis_layers import Group, Leaf, Maker, Tables, metadata
from layers.products.geopackage.qgis_tree import Theme, Tree
from layers.products.records import both, credit_line, stamped
from layers.style import Style

Bounds = tuple[float, float, float, float]  # west, south, east, north in metres

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def projects(release: Release, style: Style, tables: Tables) -> dict[str, str]:
    """Return the projects by name, as .qgs text with paths relative to the GeoPackage's directory."""
    make = Maker(release, style, tables)
    overview, animation = style.words["project_overview"].nb, style.words["project_animation"].nb
    return {
        overview: _project(overview, qgis_tree.overview(make), make, animated=False),
        animation: _project(animation, qgis_tree.animation(make), make, animated=True),
    }


def zipped(qgs: str, *, name: str) -> bytes:
    """Return a project as .qgz, with a fixed date so that bytes depend on nothing else."""
    holder = io.BytesIO()
    with zipfile.ZipFile(holder, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.qgs", _EPOCH), qgs, compress_type=zipfile.ZIP_DEFLATED)
    return holder.getvalue()


def _project(name: str, tree: Tree, make: Maker, *, animated: bool) -> str:
    release = make.release
    title = stamped(f"{release.city.name.nb}: {name}", release)
    leaves = list(_leaves(tree.nodes))
    west, south, east, north = _written(opening_bounds(release))
    extent = qx.element(
        "extent",
        *(
            qx.element(tag, text=value)
            for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), (west, south, east, north), strict=True)
        ),
    )
    canvas = qx.element(
        "mapcanvas",
        qx.element("units", text="meters"),
        extent,
        qx.element("destinationsrs", make.srs),
        name="theMapCanvas",
    )
    view = qx.element("DefaultViewExtent", make.srs, xmin=west, ymin=south, xmax=east, ymax=north)
    root = qx.element(
        "qgis",
        qx.element("homePath", path=""),
        qx.element("title", text=title),
        qx.element("projectCrs", make.srs),
        _tree(tree.nodes),
        canvas,
        qx.element("projectlayers", *(leaf.element for leaf in leaves)),
        qx.element("layerorder", *(qx.element("layer", id=leaf.id) for leaf in leaves)),
        qx.element("visibility-presets", *(_preset(theme, tree.nodes) for theme in tree.themes)),
        _properties(make, title, animated=animated),
        metadata(title, both(release.city.name), release, tag="projectMetadata"),
        qx.element("ProjectViewSettings", view, UseProjectScales=0),
        _bookmarks(make),
        _time(release),
        version=qx.QGIS_VERSION,
        projectname=title,
    )
    return qx.document(root)


def opening_bounds(release: Release) -> Bounds:
    """Return what projects show when they open: scenes and rings with their surroundings, as on the atlas's maps."""
    west, south, east, north = focus_bounds(release)
    if release.rings is None or release.rings.empty:
        return west, south, east, north
    around = release.rings.total_bounds.tolist()
    return min(west, around[0]), min(south, around[1]), max(east, around[2]), max(north, around[3])


def _written(bounds: Bounds) -> tuple[str, str, str, str]:
    west, south, east, north = (f"{edge:.10g}" for edge in bounds)
    return west, south, east, north


def _bookmarks(make: Maker) -> ET.Element:
    """Return two ways to see: the whole area of analysis, and what the project opened with."""
    whole = tuple(make.release.window.total_bounds.tolist())
    places = {"bookmark_whole": whole, "bookmark_scenes": opening_bounds(make.release)}
    marks = []
    for word, bounds in places.items():
        west, south, east, north = _written(bounds)
        corners = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        mark = qx.element(
            "Bookmark", make.srs, name=make.style.words[word].nb, group="", extent=f"Polygon (({corners}))"
        )
        mark.set("id", f"{word}_of_release")
        marks.append(mark)
    return qx.element("Bookmarks", *marks)


def _leaves(tree: Sequence[Leaf | Group]) -> Iterator[Leaf]:
    for node in tree:
        if isinstance(node, Leaf):
            yield node
        else:
            yield from _leaves(node.children)


def _tree(nodes: Sequence[Leaf | Group]) -> ET.Element:
    return qx.element("layer-tree-group", *(_node(node) for node in nodes))


def _node(node: Leaf | Group) -> ET.Element:
    checked = {"checked": "Qt::Checked" if node.visible else "Qt::Unchecked"}
    if isinstance(node, Leaf):
        return qx.element(
            "layer-tree-layer", id=node.id, name=node.title, source=node.source, providerKey=node.provider, **checked
        )
    group = qx.element("layer-tree-group", *(_node(child) for child in node.children), name=node.title, **checked)
    group.set("expanded", str(int(node.visible)))
    if node.exclusive:
        shown = [position for position, child in enumerate(node.children) if child.visible]
        group.set("mutually-exclusive", "1")
        group.set("mutually-exclusive-child", str(shown[0] if shown else 0))
    return group


def _preset(theme: Theme, nodes: Sequence[Leaf | Group]) -> ET.Element:
    """Return a theme: its layers, and the groups that must be on for them to be seen."""
    wanted = {leaf.id for leaf in theme.leaves}
    groups = [qx.element("checked-group-node", id=path) for path in _paths(nodes, wanted)]
    shown = [qx.element("layer", id=leaf.id, visible=1, style="default", expanded=0) for leaf in theme.leaves]
    preset = qx.element("visibility-preset", *shown, qx.element("checked-group-nodes", *groups), name=theme.name)
    preset.set("has-checked-group-info", "1")
    return preset


def _paths(nodes: Sequence[Leaf | Group], wanted: set[str], above: str = "") -> Iterator[str]:
    """Yield the groups that hold a wanted layer, as QGIS names them: from the root, parted by slashes."""
    for node in nodes:
        if isinstance(node, Group) and wanted & {leaf.id for leaf in _leaves([node])}:
            path = f"{above}{node.title}"
            yield path
            yield from _paths(node.children, wanted, f"{path}/")


def _properties(make: Maker, title: str, *, animated: bool) -> ET.Element:
    """Return project properties; without ProjectionsEnabled QGIS ignores the CRS of the project."""
    start, end = (day.isoformat() for day in _span(make.release))
    measure = _section("Measure", Ellipsoid="EPSG:7030")
    units = _section("Measurement", DistanceUnits="meters", AreaUnits="m2")
    controller = _section(
        "TemporalControllerWidget",
        NavigationMode=1 if animated else 0,
        StartDateTime=f"{start}T00:00:00Z",
        EndDateTime=f"{end}T00:00:00Z",
    )
    return qx.element(
        "properties",
        _section("SpatialRefSys", ProjectionsEnabled=1),
        measure,
        units,
        _section("Paths", Absolute=False),
        _section("TitleLabel", Enabled=True, Label=title, Placement=4),
        _section("CopyrightLabel", Enabled=True, Label=credit_line(make.release), Placement=3),
        controller,
    )


def _section(name: str, **entries: str | int | bool) -> ET.Element:
    """Return a section of project properties, typed as Qt reads them."""
    kinds = {bool: "bool", int: "int", str: "QString"}
    made = [
        qx.element(key, text=str(value).lower() if isinstance(value, bool) else str(value), type=kinds[type(value)])
        for key, value in entries.items()
    ]
    return qx.element(name, *made)


def _span(release: Release) -> tuple[date, date]:
    return release.city.periods[0].start, release.city.periods[-1].end


def _time(release: Release) -> ET.Element:
    """Return the range and the step of the temporal controller."""
    start, end = (
        qx.element(tag, text=f"{day.isoformat()}T00:00:00Z")
        for tag, day in zip(("start", "end"), _span(release), strict=True)
    )
    settings = qx.element("ProjectTimeSettings", qx.element("TemporalRange", start, end), frameRate=2)
    settings.set("timeStep", str(months_per_frame(release.city.periods)))
    settings.set("timeStepUnit", "mon")
    settings.set("cumulativeTemporalRange", "0")
    return settings
