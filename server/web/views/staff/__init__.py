"""What the pages of a course's staff show, as plain data for templates."""
