"""Web pages: Jinja and GOV.UK Frontend, read through the services' queries."""
