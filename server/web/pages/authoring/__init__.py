"""The authors' pages: exercises with their health, imports, working copies, thresholds."""

from server.web.pages.authoring import calibrating, drafts, exercises, imports, manifests, solutions, thresholds

#: Larger bodies than elsewhere are read here, and only from who may import.
UPLOADS = {exercises.UPLOAD: 32 * 1024 * 1024, solutions.UPLOAD: 32 * 1024 * 1024}

ROUTERS = (
    exercises.router,
    imports.router,
    drafts.router,
    manifests.router,
    solutions.router,
    thresholds.router,
    calibrating.router,
)

__all__ = ["ROUTERS", "UPLOADS"]
