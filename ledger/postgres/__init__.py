"""The only home of psycopg and eventsourcing: the log, its keys and its views in PostgreSQL."""
