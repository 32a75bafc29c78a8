"""Registers, draws and results as files: read, checked, stored, undone. Notices are read in `inspections.notice`."""
