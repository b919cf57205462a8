"""Exercises that are brought in: unpacked with suspicion, put through the gate, published as versions for good."""

from server.imports.candidates import Candidate, check_again, find_import, imports_of, take_in
from server.imports.publishing import PublishedVersion, publish, published_version, versions_of, whole_bundle

__all__ = [
    "Candidate",
    "PublishedVersion",
    "check_again",
    "find_import",
    "imports_of",
    "publish",
    "published_version",
    "take_in",
    "versions_of",
    "whole_bundle",
]
