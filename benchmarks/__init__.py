"""Every figure the README quotes is measured here and kept beside."""
