"""What a census asks of a pupil, free meals, and what is not collected."""
