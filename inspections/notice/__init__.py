"""Reading a published notice: a file -> lines and tables -> plans, tasks, items and units -> the database."""
