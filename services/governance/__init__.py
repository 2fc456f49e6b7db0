"""Governance: organisations, staff and their roles, calendars, adopted rules, and who looked at what."""
