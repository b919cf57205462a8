"""The publishing gate: what an exercise must prove before students see it."""
