"""What a city asks for: finding, reading and checking its YAML and the tables it names. Opens no data."""
