"""What several test files need: databases, an installation, and entries to append."""
