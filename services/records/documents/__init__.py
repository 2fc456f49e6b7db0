"""Files that are kept about a pupil, sealed beside the log."""
