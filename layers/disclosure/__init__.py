"""What of the results may be shown, and the release that alone reaches products."""
