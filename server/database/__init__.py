"""The one database: PostgreSQL, embedded or the operator's own, and the tables in it."""
