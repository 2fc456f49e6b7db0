"""The sharing service: nothing leaves without a decision that names the law, and everything that left is on record."""
