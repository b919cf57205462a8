"""The database's history: every change of the tables, in order."""
