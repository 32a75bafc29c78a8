"""Documents made from the code, and tests that what the others say is so."""
