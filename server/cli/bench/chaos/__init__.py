"""``beginend bench chaos``: kill whatever can be killed while students submit, then count what became of it."""
