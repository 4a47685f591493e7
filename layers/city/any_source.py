"""Every kind of source as one type, told apart by `kind`. Owns the list, no setting."""

from typing import Annotated

from pydantic import Field

from layers.city.remote import (
    ArcgisSource,
    CartoSource,
    FhiSource,
    HttpSource,
    KlassSource,
    ObjectStorageSource,
    OgcFeaturesSource,
    OsmDownloadSource,
    OverpassSource,
    PoliceUkSource,
    PolitiloggenSource,
    PostgisSource,
    PxwebSource,
    SocrataSource,
    WfsSource,
)
from layers.city.scenario import ScenarioSource
from layers.city.sources import FileSource, OsmSource, SimulatedSource

AnySource = Annotated[
    FileSource
    | OsmSource
    | SimulatedSource
    | ScenarioSource
    | HttpSource
    | ObjectStorageSource
    | OsmDownloadSource
    | OverpassSource
    | WfsSource
    | OgcFeaturesSource
    | ArcgisSource
    | SocrataSource
    | CartoSource
    | PoliceUkSource
    | PostgisSource
    | PxwebSource
    | KlassSource
    | PolitiloggenSource
    | FhiSource,
    Field(discriminator="kind"),
]
