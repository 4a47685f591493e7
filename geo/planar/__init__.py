"""Classical kernel densities in the plane, as analysts know them. Knows no water to walk round: see `geo.ground`."""
