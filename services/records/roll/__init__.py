"""When a pupil is on the roll and in which groups: the admission register."""
