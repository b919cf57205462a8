"""The JSON API, ``/api/v1``: the same rules as the pages, for programs. Errors are RFC 9457 problem documents."""
