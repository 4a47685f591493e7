"""Where harm concentrates beyond chance, since when, and whether it is the same place; arrays in, arrays out."""
