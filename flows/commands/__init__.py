"""What a person can ask for on the command line, a file a command. Owns no step of a run."""
