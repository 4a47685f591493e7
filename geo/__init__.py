"""Mathematics on arrays, graphs and geometry. Knows no file, no city, no configuration, no orchestrator."""
