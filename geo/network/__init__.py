"""Streets as a network: where lines join, and what spreads, travels and is counted along them."""
