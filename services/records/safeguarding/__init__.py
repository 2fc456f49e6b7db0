"""Concerns for a child, which only few may know of."""
