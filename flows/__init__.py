"""Running it: settings, plan, orchestration, publishing, the command line."""
