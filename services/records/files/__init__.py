"""Files on their way in: planned, taken, set aside, mended, undone."""
