"""Where harm lies before and after, and the least effort that turns one map into the other. Follows nobody."""
