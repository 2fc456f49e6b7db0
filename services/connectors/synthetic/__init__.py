"""An invented federation of schools, the same for the same seed, on which everything can be shown and tested."""
