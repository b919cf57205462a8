"""The sandbox image: what is in it (Dockerfiles, locks, base) and how it is built without a network."""
