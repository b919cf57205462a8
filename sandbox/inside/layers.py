"""The names of the layers of protection: on the command line, in what a child reports, and in what a doctor prints."""

OWN_USER = "a user of its own"
NO_CAPABILITIES = "root without capabilities"  #: where a user of its own could not read the interpreter
PLAIN_USER = "a user without capabilities"  #: the container's own, in a container that can become nobody else
LIMITS = "resource limits"
LANDLOCK = "Landlock"  #: reported with its version behind it
FILTER = "system-call filter"
CLOSED = "closed to debuggers"
COLLECTOR = "collector checks"

#: What may be left out, by a test that shows what a layer is good for.
OPTIONAL = (OWN_USER, LIMITS, LANDLOCK, FILTER, CLOSED, COLLECTOR)
