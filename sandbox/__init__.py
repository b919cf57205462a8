"""Run untrusted code, bring files back.

Theory of operation. A caller opens a sandbox once (:func:`open_sandbox`) and hands it requests: an entry of a payload
package, arguments, files, limits, pins, and the names of the artifacts it wants back. Each run happens in a place of
its own (a locked-down container, or a local process where there is no engine) in which ``sandbox/inside`` supervises
it. What comes back is an outcome: one of six endings, and opaque bytes. If the sandbox itself fails, that is a
:class:`SandboxFault`, never an ending.

This room knows nothing of exercises: payload packages are passed in by their folders.
"""

from sandbox.contract import (
    Description,
    Ending,
    Health,
    Isolation,
    Lane,
    Limits,
    Pins,
    RunError,
    RunOutcome,
    RunRequest,
    Sandbox,
    SandboxFault,
    SandboxUnavailable,
    SlotHealth,
    SlotState,
    Tell,
)
from sandbox.fake import ScriptedSandbox
from sandbox.image.build import build_image
from sandbox.opening import open_sandbox

__all__ = [
    "Description",
    "Ending",
    "Health",
    "Isolation",
    "Lane",
    "Limits",
    "Pins",
    "RunError",
    "RunOutcome",
    "RunRequest",
    "Sandbox",
    "SandboxFault",
    "SandboxUnavailable",
    "ScriptedSandbox",
    "SlotHealth",
    "SlotState",
    "Tell",
    "build_image",
    "open_sandbox",
]
