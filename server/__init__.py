"""The building's front: accept, remember, dispatch, tell."""
