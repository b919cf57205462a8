"""Which scope a token needs: by the method and the end of the route, and never less where a route is not known."""

import pytest

from server.accounts import Scope
from server.api.scopes import scope_for


@pytest.mark.parametrize(
    ("method", "route", "expected"),
    [
        ("GET", "/submissions/{submission_id}", Scope.READ),
        ("HEAD", "/me", Scope.READ),
        ("OPTIONS", "/users", Scope.READ),
        ("GET", "/courses/{course}/exercises/{exercise_id}/submissions", Scope.READ),
        ("POST", "/courses/{course}/exercises/{exercise_id}/submissions", Scope.SUBMIT),
        ("POST", "/exercises/{exercise_id}/submissions", Scope.SUBMIT),
        ("PUT", "/courses/{course}/exercises/{exercise_id}/draft", Scope.SUBMIT),
        ("DELETE", "/courses/{course}/exercises/{exercise_id}/draft", Scope.SUBMIT),
        ("POST", "/submissions/{submission_id}/appeals", Scope.SUBMIT),
        ("POST", "/submissions/{submission_id}/cancel", Scope.SUBMIT),
        ("POST", "/appeals/{appeal_id}/answer", Scope.MANAGE),
        ("POST", "/rescores/{rescore_id}/cancel", Scope.MANAGE),
        ("POST", "/exercises/{exercise_id}/versions", Scope.MANAGE),
        ("POST", "/courses/{course}/submissions", Scope.MANAGE),
        ("PATCH", "/me", Scope.MANAGE),
        ("POST", "/me/password", Scope.MANAGE),
        ("POST", "/me/tokens", Scope.MANAGE),
        ("DELETE", "/me/sessions", Scope.MANAGE),
        ("PUT", "/something/new", Scope.MANAGE),
        ("TRACE", "/me", Scope.MANAGE),
    ],
)
def test_scope_of_a_route(method: str, route: str, expected: Scope) -> None:
    """Looking needs read, students' work needs submit, all else needs manage, whatever it is."""
    assert expected is scope_for(method, route)
