"""Many bureaus' databases together, and the engine that reads them."""
