"""True sentences in place of pictures, from the same figures as the pictures. Draws nothing."""

import numpy as np
from pandas import DataFrame

from layers.disclosure.release import Release, Surface
from layers.findings.numbers import number
from layers.products.numbers import short, whole
from layers.products.words import Speaker


def density_sentence(release: Release, surface: Surface, lowest_edge: float, speaker: Speaker) -> str:
    """Return what the density map of a period shows: highest value, ground in the classes, densest areas."""
    period = next(p for p in release.city.periods if p.id == surface.period)
    values = np.asarray(surface.values)
    known = values[np.isfinite(values)]
    if not known.size:
        return speaker.say("alt_density_withheld", period=speaker.of(period.name))
    area_km2 = float((known >= lowest_edge).sum()) * release.grid.cell_area_m2 / 1e6
    spots = release.hotspots
    mine = spots[(spots["series"] == surface.series) & (spots["period"] == surface.period)]
    densest = ""
    if len(mine):
        together = short(float(mine["area_km2"].sum()), speaker.language)
        densest = speaker.say("alt_hotspots", count=len(mine), area=together)
    return speaker.say(
        "alt_density",
        period=speaker.of(period.name),
        highest=whole(float(known.max()), speaker.language),
        unit=speaker.say("density_unit"),
        area=short(area_km2, speaker.language),
        hotspots=densest,
    ).strip()


def change_sentence(release: Release, before: Surface, after: Surface, speaker: Speaker) -> str:
    """Return what the change map shows at the middle of each scene."""
    names = {p.id: speaker.of(p.name) for p in release.city.periods}
    series = next(s for s in release.city.harm.series if s.id == after.series)
    difference = np.subtract(after.values, before.values)
    said = []
    for scene in release.scenes.itertuples():
        middle = scene.geometry.centroid
        name = scene.name_nb if speaker.language == "nb" else scene.name_en
        cell = int(release.grid.cell_of(np.array([middle.x]), np.array([middle.y]))[0])
        change = float(difference.ravel()[cell]) if cell >= 0 else float("nan")
        if np.isnan(change):
            said.append(speaker.say("alt_change_withheld", name=name))
            continue
        shown = number(change, speaker.language, decimals=0, signed=True)
        said.append(speaker.say("alt_change_at", name=name, sign="", change=shown, unit=speaker.say("density_unit")))
    return speaker.say(
        "alt_change",
        series=speaker.of(series.name),
        before=names[before.period],
        after=names[after.period],
        places=" ".join(said),
    )


def districts_sentence(release: Release, speaker: Speaker) -> str:
    """Return what the map of districts shows."""
    names = release.scenes["name_nb" if speaker.language == "nb" else "name_en"].tolist()
    return speaker.say("alt_districts", count=len(release.districts), names=speaker.join(names))


def lines_sentence(release: Release, counts: DataFrame, speaker: Speaker) -> str:
    """Return the figures behind the lines per scene; `counts` are the scene counts of one series."""
    said = []
    for scene in release.scenes.itertuples():
        name = scene.name_nb if speaker.language == "nb" else scene.name_en
        mine = counts[counts["scene_id"] == scene.scene_id].set_index("period")
        levels = [level_words(mine, period.id, speaker) for period in release.city.periods]
        said.append(speaker.say("alt_lines_of", name=name, levels=", ".join(levels)))
    return speaker.say("alt_lines", places=" ".join(said))


def level_words(levels: DataFrame, period: str, speaker: Speaker) -> str:
    """Incidents per day of one period, or that they are withheld; `levels` is indexed by period."""
    level = levels["incidents_per_day"].get(period)
    return speaker.say("withheld") if level is None or np.isnan(level) else short(float(level), speaker.language)
