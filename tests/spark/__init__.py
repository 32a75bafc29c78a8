"""Spark in the place of DuckDB, on a real cluster: `make test-spark`."""
