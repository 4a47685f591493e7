"""Which layers the projects show, in which groups and themes, and what is on when they open. Owns no colour, no XML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layers.city import Period, Series, Step
from layers.disclosure.release import Surface
from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.frames import shown_during
from layers.products.geopackage.qgis_layers import Group, Leaf, Maker
from layers.products.geopackage.vector_layers import latest_period

_BY_PERIOD = (
    ("street_density", "street_group", "streets_theme"),
    ("districts_by_period", "district_group", "per_district"),
    ("scenes_by_period", "scene_group", "per_place"),
)
_TABLES = (
    "findings", "multiverse_summary", "routes", "service_access", "district_periods", "scene_periods", "district_roles",
    "run_info", "data_dictionary",
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """A named choice of layers: one question, one click."""

    name: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Tree:
    """The layers of a project in the order of its list, and its themes."""

    nodes: tuple[Leaf | Group, ...]
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class _Part:
    """A group of the overview, and the themes that show one of its leaves each, before what lies below is added."""

    group: Group
    shown: tuple[Theme, ...]
    beside: tuple[Leaf, ...] = ()

    @property
    def nodes(self) -> tuple[Leaf | Group, ...]:
        return (*self.beside, self.group)


def overview(make: Maker) -> Tree:
    """Return everything of the run; as it opens, the densest areas of the latest period."""
    has, words = make.tables.columns, make.style.words
    stamp, base = _stamp(make), _all_of(make, ("streets", "water", "districts", "window"))
    word = _said(make, "withheld_cells")
    withheld = make.vector("window", title=word, suffix="_withheld", drawn_as="withheld", visible=False)
    context = _all_of(make, ("scenes", "interventions", "practices", "zones", "services"))
    density, change, ratios, roles = _density(make), _change(make), _ratios(make), _roles(make)
    streets, districts, places = (_by_period(make, *of) for of in _BY_PERIOD)
    flows = [_flows(make)] if "flows" in has else []
    nodes: list[Leaf | Group] = [
        *stamp,
        Group(words["context"].nb, context),
        *_groups(places, change),
        *flows,
        *_groups(ratios, streets),
    ]
    nodes += [density.group, *_groups(districts, roles)]
    nodes += [Group(words["base_map"].nb, [*base[:-2], withheld, *base[-2:]])]
    nodes += [Group(words["tables"].nb, _all_of(make, _TABLES, visible=False), visible=False)]

    lived_in = (*stamp, *context[:1], *base)
    plain = tuple(leaf for leaf in lived_in if not leaf.id.startswith("layer_districts"))
    themes = [*_upon(lived_in, density), *_upon(lived_in, change), *_upon((*plain, withheld), ratios)]
    themes += [*_upon(lived_in, streets), *_upon(plain, districts), *_upon(plain, roles)]
    themes += _upon(tuple(leaf for leaf in lived_in if leaf not in context), places)
    themes += [Theme(words["flow_theme"].nb, (*lived_in, *flows))] if flows else []
    themes += [Theme(words["decisions_theme"].nb, (*lived_in, *context[1:]))] if len(context) > 1 else []
    return Tree(tuple(nodes), tuple(themes))


def _groups(*parts: _Part | None) -> list[Leaf | Group]:
    return [node for part in parts if part is not None for node in part.nodes]


def _upon(below: tuple[Leaf, ...], part: _Part | None) -> list[Theme]:
    """Return the themes of a part with what lies below."""
    return [] if part is None else [Theme(theme.name, (*below, *theme.leaves)) for theme in part.shown]


def animation(make: Maker) -> Tree:
    """Return what the temporal controller plays: density, densest areas and measures of the headline series."""
    first, during = make.release.city.harm.series[0].id, shown_during(make.release.city.periods)
    surfaces = [surface for surface in make.release.surfaces if surface.series == first]
    times = qx.temporal_cases("period", during)
    spots = make.vector("hotspots", only=f"\"series\" = '{first}'", drawn_as="hotspot_outlines", times=times)
    rasters = [make.raster(surface, during=during[surface.period]) for surface in surfaces]
    above = [make.vector(name) for name in ("interventions", "zones", "scenes")]
    base = _all_of(make, ("streets", "water", "districts", "window"))
    return Tree((*_stamp(make), *above, spots, *rasters, *base), ())


def _all_of(make: Maker, names: Iterable[str], *, visible: bool = True) -> list[Leaf]:
    return [make.vector(name, visible=visible) for name in names if name in make.tables.columns]


def _stamp(make: Maker) -> list[Leaf]:
    return _all_of(make, ("simulated",))


def _periods(make: Maker) -> list[Period]:
    """Return the periods a surface was made for."""
    made = {surface.period for surface in make.release.surfaces}
    return [period for period in make.release.city.periods if period.id in made]


def _span(make: Maker, step: Step) -> str:
    names = {period.id: period.name.nb for period in make.release.city.periods}
    variant = f" ({step.variant.replace('_', ' ')})" if step.variant else ""
    return f"{names[step.from_period]} → {names[step.to_period]}{variant}"


def _suffix(step: Step) -> str:
    return f"_{step.id.replace('->', '_').replace(':', '_')}"


def _density(make: Maker) -> _Part:
    """Return the periods of every series, densest areas upon density, one period shown at a time."""
    words, latest = make.style.words, latest_period(make.release)
    names = {period.id: period.name.nb for period in make.release.city.periods}
    groups: list[Group] = []
    shown: list[Theme] = []
    for position, series in enumerate(make.release.city.harm.series):
        periods = []
        for surface in (s for s in make.release.surfaces if s.series == series.id):
            pair = (_spots(make, surface), make.raster(surface))
            periods.append(Group(names[surface.period], pair, visible=surface.period == latest))
            if position == 0:
                shown.append(Theme(f"{words['density'].nb} {len(shown) + 1}: {names[surface.period]}", pair))
        groups.append(Group(series.name.nb, periods, exclusive=True, visible=position == 0))
    return _Part(Group(words["density_group"].nb, groups, exclusive=True), tuple(shown))


def _spots(make: Maker, surface: Surface) -> Leaf:
    """Return the outlines of the densest areas of a surface."""
    period = next(p.name.nb for p in make.release.city.periods if p.id == surface.period)
    series = next(s.name.nb for s in make.release.city.harm.series if s.id == surface.series)
    return make.vector(
        "hotspots",
        only=f"\"period\" = '{surface.period}' AND \"series\" = '{surface.series}'",
        title=f"{_said(make, 'densest_areas')}: {series}, {period}",
        suffix=f"_{surface.series}_{surface.period}",
        drawn_as="hotspot_outlines",
    )


def _change(make: Maker) -> _Part | None:
    """Return rises and falls of each series, one step of the chain shown at a time; off when opened."""
    if "changes" not in make.tables.columns:
        return None
    word, city = _said(make, "change"), make.release.city
    found = set() if make.release.changes is None else set(make.release.changes.groupby(["step", "series"]).groups)

    def leaf(series: Series, step: Step) -> Leaf:
        none = "" if (step.id, series.id) in found else f" ({_said(make, 'no_areas')})"
        return make.vector(
            "changes",
            only=f"\"step\" = '{step.id}' AND \"series\" = '{series.id}'",
            title=f"{word}: {series.name.nb}, {_span(make, step)}{none}",
            suffix=f"_{series.id}{_suffix(step)}",
            visible=step == city.steps[0],
        )

    leaves = {series: [leaf(series, step) for step in city.steps] for series in city.harm.series}
    first = city.harm.series[0]
    groups = [Group(s.name.nb, each, exclusive=True, visible=s == first) for s, each in leaves.items()]
    themes = _themes(word, [_span(make, step) for step in city.steps], leaves[first])
    # a theme without a single area would look as if something were missing
    shown = tuple(t for t, step in zip(themes, city.steps, strict=True) if (step.id, first.id) in found)
    return _Part(Group(_said(make, "change_group"), groups, exclusive=True, visible=False), shown)


def _ratios(make: Maker) -> _Part | None:
    """Return the rasters of change of each series, one step shown at a time; off when opened."""
    groups: list[Group] = []
    shown: tuple[Theme, ...] = ()
    spans = {step.id: _span(make, step) for step in make.release.city.steps}
    for series in make.release.city.harm.series:
        surfaces = [surface for surface in make.release.change_surfaces if surface.series == series.id]
        leaves = [make.change_raster(surface, visible=number == 0) for number, surface in enumerate(surfaces)]
        if not leaves:
            continue
        if not groups:
            shown = _themes(_said(make, "ratio_theme"), [spans[surface.step] for surface in surfaces], leaves)
        groups.append(Group(series.name.nb, leaves, exclusive=True, visible=not groups))
    if not groups:
        return None
    return _Part(Group(_said(make, "ratio_group"), groups, exclusive=True, visible=False), shown)


def _flows(make: Maker) -> Leaf:
    """Return the headline's flows, off when opened: least effort is easily taken for movement."""
    city = make.release.city
    first = f"\"step\" = '{city.steps[0].id}' AND \"series\" = '{city.harm.series[0].id}'"
    return make.vector("flows", only=f"{first} AND \"reading\" = 'kept'", visible=False)


def _by_period(make: Maker, layer: str, group: str, theme: str) -> _Part | None:
    """Return one layer of the headline series per period, one shown at a time; off when opened."""
    if layer not in make.tables.columns:
        return None
    series, latest = make.release.city.harm.series[0], latest_period(make.release)

    def leaf(period: Period) -> Leaf:
        return make.vector(
            layer,
            only=f"\"period\" = '{period.id}' AND \"series\" = '{series.id}'",
            title=f"{_said(make, theme)}: {series.name.nb}, {period.name.nb}",
            suffix=f"_{series.id}_{period.id}",
            visible=period.id == latest,
        )

    periods = _periods(make)
    leaves = [leaf(period) for period in periods]
    shown = _themes(_said(make, theme), [period.name.nb for period in periods], leaves)
    return _Part(Group(_said(make, group), leaves, exclusive=True, visible=False), shown)


def _roles(make: Maker) -> _Part | None:
    """Return the part each district plays, one step shown at a time, and the rings it declares; off when opened."""
    if "districts_by_role" not in make.tables.columns:
        return None
    steps, word = make.release.city.steps, _said(make, "roles_theme")
    rings = {step.id: _rings(make, step) for step in steps if step.rings and "rings" in make.tables.columns}

    def leaf(step: Step) -> Leaf:
        return make.vector(
            "districts_by_role",
            only=f"\"step\" = '{step.id}'",
            title=f"{word}: {_span(make, step)}",
            suffix=_suffix(step),
            visible=step == steps[0],
        )

    leaves = [leaf(step) for step in steps]
    shown = _themes(word, [_span(make, step) for step in steps], leaves)
    around = [(rings[step.id],) if step.id in rings else () for step in steps]
    with_rings = tuple(Theme(t.name, (*more, *t.leaves)) for t, more in zip(shown, around, strict=True))
    group = Group(_said(make, "role_group"), leaves, exclusive=True, visible=False)
    return _Part(group, with_rings, tuple(rings.values()))


def _rings(make: Maker, step: Step) -> Leaf:
    title = f"{make.style.layers['rings'].title.nb}: {_span(make, step)}"
    return make.vector("rings", only=f"\"step\" = '{step.id}'", title=title, suffix=_suffix(step), visible=False)


def _themes(word: str, names: Sequence[str], leaves: Sequence[Leaf]) -> tuple[Theme, ...]:
    """Return a theme per leaf, numbered in the order of the chain: QGIS lists themes by name."""
    named = enumerate(zip(names, leaves, strict=True), start=1)
    return tuple(Theme(f"{word} {number}: {name}", (leaf,)) for number, (name, leaf) in named)


def _said(make: Maker, word: str) -> str:
    return make.style.words[word].nb
