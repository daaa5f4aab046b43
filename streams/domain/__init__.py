"""Pure correlation core: evidence in, rows out. Standard library only, reads no clock."""
