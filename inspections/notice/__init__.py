"""Reading a published notice: any file -> document -> plans, tasks, items and units -> the database, with what was off."""
