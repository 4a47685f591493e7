"""The streets of a city that people can walk, as a network. Measures no distance and spreads nothing."""

from geopandas import GeoDataFrame

from geo.network.lines import Network, network_of, without_short
from layers.frame.window import NOT_WALKABLE

SHORTEST_M = 1.0  # shorter ones are slips of drawing, not streets
NOT_BUILT = ("construction", "proposed", "planned", "abandoned", "razed", "raceway")


def walk_network(streets: GeoDataFrame) -> Network:
    """Return the network of streets that people can walk, joined only where they meet on one level."""
    usable = ~streets["highway"].isin((*NOT_WALKABLE, *NOT_BUILT)) & streets.geometry.notna() & ~streets.is_empty
    table = streets[usable].explode(ignore_index=True)
    level = table.groupby(["is_bridge", "is_tunnel", "layer"], dropna=False, sort=True).ngroup()
    return without_short(network_of(table.geometry.to_numpy(), level.to_numpy()), shorter_than_m=SHORTEST_M)
