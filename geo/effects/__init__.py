"""Effects of an event on counts: differences, quotients, regressions, series, synthetic controls. Knows no finding."""
