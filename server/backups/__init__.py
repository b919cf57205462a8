"""Backup and restore: database, artifacts and published bundles in one tar file that says what is in it."""

from server.backups.restoring import restore_backup
from server.backups.writing import write_backup

__all__ = ["restore_backup", "write_backup"]
