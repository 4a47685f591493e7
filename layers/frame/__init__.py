"""What is compared with what: the study area, days, units, roles, rings, and incidents counted in them. No estimate."""
