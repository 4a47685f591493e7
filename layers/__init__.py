"""The domain: sources in, contract-checked tables, layers and products out. Knows no schedule and no run folder."""
