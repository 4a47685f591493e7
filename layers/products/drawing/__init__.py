"""Maps, charts and legends as SVG, drawn once for every product that shows them. Lays out no page."""
