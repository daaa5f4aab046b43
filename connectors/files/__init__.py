"""Files that ports hand over: which format they are in."""
