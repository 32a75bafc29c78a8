"""Files as they come in, whatever their format: rows, cells and places."""
