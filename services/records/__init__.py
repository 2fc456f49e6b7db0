"""Records: who a pupil is, who cares for them, where they belong and when they were present."""
