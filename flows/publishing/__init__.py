"""From finished products to what readers see: building aside, verifying, moving `current`, taking back."""
