"""What lies on the disk: the database, its schema and settings, backups, upgrades, the log."""
