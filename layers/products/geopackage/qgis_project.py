"""The QGIS projects of a release as .qgs text: an overview and an animation. Owns order and groups, no colours."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date

from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.qgis_layers import Group, Leaf, Maker, Tables, metadata
from layers.products.geopackage.vector_layers import latest_period
from layers.products.records import both, credit_line, stamped
from layers.release import Release
from layers.style import Style

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def projects(release: Release, style: Style, tables: Tables) -> dict[str, str]:
    """Return the projects by name, as .qgs text with paths relative to the GeoPackage's directory."""
    make = Maker(release, style, tables)
    overview, animation = style.words["project_overview"].nb, style.words["project_animation"].nb
    return {
        overview: _project(overview, _overview(make), make, animated=False),
        animation: _project(animation, _animation(make), make, animated=True),
    }


def zipped(qgs: str, *, name: str) -> bytes:
    """Return a project as .qgz, with a fixed date so that bytes depend on nothing else."""
    holder = io.BytesIO()
    with zipfile.ZipFile(holder, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.qgs", _EPOCH), qgs, compress_type=zipfile.ZIP_DEFLATED)
    return holder.getvalue()


def _overview(make: Maker) -> list[Leaf | Group]:
    words, has = make.style.words, make.tables.columns
    context = [name for name in ("interventions", "zones", "services") if name in has]
    series = [_series_group(make, n, s.id, s.name.nb) for n, s in enumerate(make.release.city.harm.series)]
    street = [_street(make)] if "street_density" in has else []
    change = [_change(make)] if "changes" in has else []
    flows = [_flows(make)] if "flows" in has else []
    tables = [n for n in ("findings", "district_periods", "scene_periods", "run_info", "data_dictionary") if n in has]
    return [
        *_stamp(make),
        Group(words["context"].nb, [make.vector("scenes"), *(make.vector(name) for name in context)]),
        *change,
        *flows,
        *_ratios(make),
        Group(words["density_group"].nb, series, exclusive=True),
        *street,
        Group(words["base_map"].nb, _base(make)),
        Group(words["tables"].nb, [make.vector(name, visible=False) for name in tables], visible=False),
    ]


def _animation(make: Maker) -> list[Leaf | Group]:
    first = make.release.city.harm.series[0].id
    rasters = [make.raster(s, timed=True) for s in make.release.surfaces if s.series == first]
    spots = make.vector("hotspots", only=f"\"series\" = '{first}'", drawn_as="hotspot_outlines")
    return [
        *_stamp(make),
        make.vector("interventions"),
        make.vector("zones"),
        make.vector("scenes"),
        spots,
        *rasters,
        *_base(make),
    ]


def _stamp(make: Maker) -> list[Leaf]:
    return [make.vector("simulated")] if "simulated" in make.tables.columns else []


def _series_group(make: Maker, position: int, series: str, name: str) -> Group:
    """Return the periods of a series, hot spots upon density, one period shown at a time."""
    latest = latest_period(make.release)
    names = {period.id: period.name.nb for period in make.release.city.periods}
    periods = []
    for surface in make.release.surfaces:
        if surface.series != series:
            continue
        only = f"\"period\" = '{surface.period}' AND \"series\" = '{series}'"
        spots = make.vector(
            "hotspots",
            only=only,
            title=_spots_title(make, name, names[surface.period]),
            suffix=f"_{series}_{surface.period}",
            drawn_as="hotspot_outlines",
        )
        raster = make.raster(surface, timed=False)
        periods.append(Group(names[surface.period], [spots, raster], visible=surface.period == latest))
    return Group(name, periods, exclusive=True, visible=position == 0)


def _spots_title(make: Maker, series: str, period: str) -> str:
    return f"{make.style.words['densest_areas'].nb}: {series}, {period}"


def _change(make: Maker) -> Group:
    """Return rises and falls of each series, one step of the chain shown at a time; switched off when opened."""
    city, words = make.release.city, make.style.words
    names = {period.id: period.name.nb for period in city.periods}
    groups = []
    for position, series in enumerate(city.harm.series):
        leaves = [
            make.vector(
                "changes",
                only=f"\"step\" = '{step.id}' AND \"series\" = '{series.id}'",
                title=f"{words['change'].nb}: {series.name.nb}, {names[step.from_period]} → {names[step.to_period]}",
                suffix=f"_{series.id}_{step.from_period}_{step.to_period}",
                visible=number == 0,
            )
            for number, step in enumerate(city.steps)
        ]
        groups.append(Group(series.name.nb, leaves, exclusive=True, visible=position == 0))
    return Group(words["change_group"].nb, groups, exclusive=True, visible=False)


def _ratios(make: Maker) -> list[Group]:
    """Return the rasters of change of each series, one step shown at a time; switched off when opened."""
    groups: list[Group] = []
    for series in make.release.city.harm.series:
        surfaces = [surface for surface in make.release.change_surfaces if surface.series == series.id]
        leaves = [make.change_raster(surface, visible=number == 0) for number, surface in enumerate(surfaces)]
        if leaves:
            groups.append(Group(series.name.nb, leaves, exclusive=True, visible=not groups))
    return [Group(make.style.words["ratio_group"].nb, groups, exclusive=True, visible=False)] if groups else []


def _flows(make: Maker) -> Leaf:
    """Return the headline's flows, switched off when opened: least effort is easily taken for movement."""
    city = make.release.city
    first = f"\"step\" = '{city.steps[0].id}' AND \"series\" = '{city.harm.series[0].id}'"
    return make.vector("flows", only=f"{first} AND \"reading\" = 'kept'", visible=False)


def _street(make: Maker) -> Leaf:
    only = f"\"period\" = '{latest_period(make.release)}' AND \"series\" = '{make.release.city.harm.series[0].id}'"
    return make.vector("street_density", only=only, visible=False)


def _base(make: Maker) -> list[Leaf]:
    return [make.vector(name) for name in ("streets", "water", "districts", "window") if name in make.tables.columns]


def _project(name: str, tree: Sequence[Leaf | Group], make: Maker, *, animated: bool) -> str:
    release = make.release
    title = stamped(f"{release.city.name.nb}: {name}", release)
    leaves = list(_leaves(tree))
    west, south, east, north = (f"{edge:.10g}" for edge in release.window.total_bounds)
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
        _tree(tree),
        canvas,
        qx.element("projectlayers", *(leaf.element for leaf in leaves)),
        qx.element("layerorder", *(qx.element("layer", id=leaf.id) for leaf in leaves)),
        _properties(make, title, animated=animated),
        metadata(title, both(release.city.name), release, tag="projectMetadata"),
        qx.element("ProjectViewSettings", view, UseProjectScales=0),
        _time(release),
        version=qx.QGIS_VERSION,
        projectname=title,
    )
    return qx.document(root)


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
    settings.set("timeStep", "3")
    settings.set("timeStepUnit", "mon")
    settings.set("cumulativeTemporalRange", "0")
    return settings
