"""What people decide on a page: one transaction each, with its entry in the log."""
