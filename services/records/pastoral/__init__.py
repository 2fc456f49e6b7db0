"""Pastoral notes, suspensions and exclusions."""
