"""A draw's whole life: quotas, tickets, record, teams, packages, and whether it was random."""
