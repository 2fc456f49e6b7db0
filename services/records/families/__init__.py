"""Whose contacts they are, how they are reached, what a court forbids, what they were asked and dispute."""
