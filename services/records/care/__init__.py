"""Special educational needs and health."""
