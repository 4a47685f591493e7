"""What is known of a city beside its records, read from config/facts and made ready for products."""
