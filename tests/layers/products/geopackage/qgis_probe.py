"""Run by the system's Python, which has PyQGIS: opens the projects of a run, renders them, says what it saw as JSON.

Usage: qgis_probe.py RUN_DIRECTORY CITY PICTURE_DIRECTORY
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsDateTimeRange,
    QgsFeatureRequest,
    QgsLayerTreeModel,
    QgsMapLayerType,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorLayerTemporalContext,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor


def render(project, picture, frame=None):
    """Render the layers that are switched on; return the number of colours, a measure of not being blank."""
    settings = QgsMapSettings()
    settings.setOutputSize(QSize(900, 750))
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setLayers([node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()])
    settings.setExtent(project.viewSettings().defaultViewExtent())
    if frame:
        settings.setIsTemporal(True)
        settings.setTemporalRange(frame)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(picture))
    return len({image.pixel(x, y) for x in range(0, 900, 5) for y in range(0, 750, 5)})


def describe(layer):
    """Return what QGIS made of a layer."""
    said = {"valid": layer.isValid(), "name": layer.name(), "crs": layer.crs().authid(), "spatial": layer.isSpatial()}
    said["temporal"] = layer.temporalProperties().isActive()
    if layer.type() == QgsMapLayerType.VectorLayer:
        said |= {"read_only": layer.readOnly(), "alias": layer.attributeAlias(1), "rows": layer.featureCount()}
        said["renderer"] = layer.renderer().type() if layer.renderer() else None
    else:
        said["renderer"] = layer.renderer().type()
        said["maximum"] = layer.dataProvider().bandStatistics(1).maximumValue
    return said


def look(source, pictures, name):
    """Open one project and render what it shows, each period, or each frame."""
    project = QgsProject()
    read = project.read(source)
    said = {"read": read, "crs": project.crs().authid(), "title": project.title()}
    said["layers"] = {layer.id(): describe(layer) for layer in project.mapLayers().values()}
    said["bookmarks"] = {b.name(): b.extent().toString(0) for b in project.bookmarkManager().bookmarks()}
    said["opens_on"] = project.viewSettings().defaultViewExtent().toString(0)
    said["time"] = project.timeSettings().temporalRange().begin().toString(Qt.ISODate)
    said["colours"] = {"as_opened": render(project, pictures / f"{name}.png")}
    if name == "Animasjon":
        said["frames"] = played(project, pictures, name)
    if name == "Oversikt":
        series = project.layerTreeRoot().findGroup("Tetthet per periode (velg én)").findGroup("Vold")
        for group in series.children() if series else ():
            group.setItemVisibilityChecked(True)
            said["colours"][group.name()] = render(project, pictures / f"{name}_{group.name()}.png")
            said["shown_with_" + group.name()] = [g.name() for g in series.children() if g.isVisible()]
        said["themes"] = themes(project, pictures, name)
    return said


def played(project, pictures, name):
    """Play the project by its own step; return which rasters each frame shows, and render the first frame of each."""
    times, rasters = project.timeSettings(), QgsMapLayerType.RasterLayer
    span, months = times.temporalRange(), int(times.timeStep())
    begin, said, looked_at = span.begin(), {}, set()
    while begin < span.end():
        frame = QgsDateTimeRange(begin, begin.addMonths(months), True, False)
        shown = [
            layer.id()
            for layer in project.mapLayers().values()
            if layer.type() == rasters and layer.temporalProperties().isVisibleInTemporalRange(frame)
        ]
        day = begin.toString("yyyy-MM-dd")
        colours = None
        if tuple(sorted(shown)) not in looked_at:
            looked_at.add(tuple(sorted(shown)))
            colours = render(project, pictures / f"{name}_{day}.png", frame)
        said[day] = {"rasters": shown, "colours": colours, "spots": outlined(project, frame)}
        begin = begin.addMonths(months)
    return said


def outlined(project, frame):
    """Return the periods whose densest areas a frame shows."""
    layer = project.mapLayer("layer_hotspots_of_release")
    context = QgsVectorLayerTemporalContext()
    context.setLayer(layer)
    wanted = QgsFeatureRequest().setFilterExpression(layer.temporalProperties().createFilterString(context, frame))
    return sorted({row["period"] for row in layer.getFeatures(wanted)})


def themes(project, pictures, name):
    """Choose every theme as a reader does, render it, and say what is seen then."""
    said = {}
    model = QgsLayerTreeModel(project.layerTreeRoot())
    for number, theme in enumerate(project.mapThemeCollection().mapThemes()):
        project.mapThemeCollection().applyTheme(theme, project.layerTreeRoot(), model)
        seen = [node.layer().id() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
        wanted = project.mapThemeCollection().mapThemeVisibleLayerIds(theme)
        colours = render(project, pictures / f"{name}-theme-{number:02}.png")
        said[theme] = {"colours": colours, "as_wanted": sorted(seen) == sorted(wanted), "number": number}
    return said


def raster_by_hand(path):
    """Return what an analyst sees who drags a raster onto the map."""
    added = QgsRasterLayer(str(path), path.stem, "gdal")
    renderer = added.renderer()
    return {"renderer": renderer.type(), "bands": added.bandCount(), "shown": renderer.usesBands()}


def default_style(package, layer):
    """Return what an analyst sees who adds one layer by hand."""
    added = QgsVectorLayer(f"{package}|layername={layer}", layer, "ogr")
    added.loadDefaultStyle()
    return describe(added) | {"metadata": added.metadata().title()}


def main(run, city, pictures):
    """Look at everything a run offers to QGIS."""
    package = run / f"{city}.gpkg"
    sources = {name: f"geopackage:{package}?projectName={name}" for name in ("Oversikt", "Animasjon")}
    sources["qgz"] = str(run / f"{city}.qgz")
    said = {name: look(source, pictures, name) for name, source in sources.items()}
    said["by_hand"] = {name: default_style(package, name) for name in ("hotspots_latest", "districts", "run_info")}
    said["rasters_by_hand"] = {path.stem: raster_by_hand(path) for path in sorted((run / "rasters").glob("*.tif"))}
    return said


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    messages = []
    application.messageLog().messageReceived.connect(lambda text, tag, level: messages.append(text))
    result = main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    result["messages"] = messages
    Path(sys.argv[3], "seen.json").write_text(json.dumps(result), encoding="utf-8")
    application.exitQgis()
