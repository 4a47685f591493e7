"""How the map of one period differs from another's, and how sure that is: surfaces and their tests."""
