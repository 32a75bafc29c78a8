"""Tests of the notice reader; a package, so that they share the builders of documents in `formats`."""
