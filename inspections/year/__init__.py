"""A year as it is planned: exact, simulated, and the best one for a budget."""
