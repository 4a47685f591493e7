"""How scenes, districts and rings look in a period or a step. Owns no colour (style.py) and no choice of rows."""

from layers.disclosure.release import Release
from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.qgis_look import Look, class_labels
from layers.products.records import both
from layers.style import Style, round_breaks

_ALPHA = 215  # streets stay legible below
_NAMES_TO = 40_000
_RATE = '"incidents_per_km2_year"'


def scenes_by_period(release: Release, style: Style) -> Look:
    """Outlines in the colours of the scenes, each with its incidents per day."""
    classes = []
    for position, row in enumerate(release.scenes.itertuples()):
        area = qx.fill(None, outline=style.scene_colour(position), width_mm=style.lines["scene"].width_mm)
        classes.append(qx.Class(area, f"{row.name_nb} / {row.name_en}", value=str(row.scene_id)))
    withheld, per_day = style.words["withheld"].nb, style.words["per_day"].nb
    rate = f"coalesce(format_number(\"incidents_per_day\", 2) || ' {per_day}', '{withheld}')"
    text = qx.Text(style.ink, size_pt=9, bold=True, place="outside", priority=10)
    labels = qx.labels(f"\"name_nb\" || ': ' || {rate}", text)
    return Look(qx.categorised("scene_id", classes), labels, qx.temporal_fields("period_start", "period_end"))


def districts_by_period(release: Release, style: Style) -> Look:
    """Classes of the headline series' rate on the district's area, one for all periods; hatched where withheld."""
    breaks = district_breaks(release)
    names = class_labels(breaks, both(style.words["density_unit"]))
    edge = style.lines["district"]
    rim = {"outline": edge.colour, "width_mm": edge.width_mm}
    withheld = qx.fill(edge.colour, **rim, alpha=110, pattern="b_diagonal")  # type: ignore[arg-type]  # two kinds of values
    classes = [qx.Class(withheld, both(style.words["withheld"]), value="-1")]
    fills = [qx.fill(style.paper, **rim, alpha=_ALPHA)]  # type: ignore[arg-type]  # as above
    fills += [qx.fill(colour, **rim, alpha=_ALPHA) for colour in style.density]  # type: ignore[arg-type]  # as above
    for number, (fill, name) in enumerate(zip(fills, names, strict=True)):
        classes.append(qx.Class(fill, name, value=str(number)))
    steps = " ".join(f"WHEN {_RATE} < {edge:.10g} THEN {number}" for number, edge in enumerate(breaks))
    which = f"CASE WHEN {_RATE} IS NULL THEN -1 {steps} ELSE {len(breaks)} END"
    text = qx.Text(style.ink, size_pt=7, opacity=0.8, priority=0, smallest_scale=_NAMES_TO)
    return Look(
        qx.categorised(which, classes), qx.labels('"name"', text), qx.temporal_fields("period_start", "period_end")
    )


def district_breaks(release: Release) -> tuple[float, ...]:
    """Return the lower edges of the classes of the headline series on districts, the same for all periods."""
    counts = release.district_counts
    first = counts[counts["series"] == release.city.harm.series[0].id]
    area_km2 = dict(zip(release.districts["district_id"], release.districts.geometry.area / 1e6, strict=True))
    rates = first["incidents_per_day"].astype(float) * 365.25 / first["district_id"].map(area_km2).astype(float)
    return round_breaks(rates.to_numpy(float))


def districts_by_role(_release: Release, style: Style) -> Look:
    """Origin, receivers, controls: told apart by hatching as well as by colour; the rest is left empty."""
    edge = style.lines["district"]
    drawn = {
        "origin": (style.scenes[0], "solid"),
        "receivers": (style.scenes[1], "f_diagonal"),
        "control": (style.scenes[5], "b_diagonal"),
        "rest": (None, "solid"),
    }
    classes = [
        qx.Class(
            qx.fill(
                colour,
                outline=edge.colour,
                width_mm=edge.width_mm,
                alpha=150 if pattern == "solid" else 255,
                pattern=pattern,
            ),
            both(style.words[f"role {role}"]),
            value=role,
        )
        for role, (colour, pattern) in drawn.items()
    ]
    text = qx.Text(style.ink, size_pt=7, opacity=0.8, priority=0, smallest_scale=_NAMES_TO)
    return Look(qx.categorised("role", classes), qx.labels('"name"', text))


def rings(_release: Release, style: Style) -> Look:
    """Dashed outlines with the walking distance they hold."""
    edge = style.lines["flow"]
    area = qx.fill(edge.colour, outline=edge.colour, width_mm=edge.width_mm, alpha=25, pattern="dash")
    text = qx.Text(edge.colour, size_pt=8, place="outside", priority=8)
    said = "format_number(\"from_m\", 0) || '–' || format_number(\"to_m\", 0) || ' m'"
    return Look(qx.single(area), qx.labels(said, text))
