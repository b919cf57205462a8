"""Run untrusted code, bring files back.

Theory of operation. A caller opens a sandbox once (:func:`open_sandbox`) and hands it requests: an entry of a payload
package, arguments, files, limits, pins, and the names of the artifacts it wants back. What carries a run out is a
*cell*: a locked-down container, or a local process where there is no engine, in which ``sandbox/inside`` supervises
(``cells``, made by ``docker`` and ``process``). A cell with its history is a *slot*; the slots of one kind of run are
kept ready in a *pool* (``pool``), replaced by rule (``recycling``), and ``pooled`` sends each request to the pool that
fits (``routing``) or to a cell made for it alone. What comes back is an outcome: one of six endings, and opaque bytes.
If the sandbox itself fails, that is a :class:`SandboxFault`, never an ending.

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
from sandbox.image.prune import prune_images
from sandbox.opening import open_sandbox
from sandbox.pooled import PooledSandbox
from sandbox.routing import Slots

__all__ = [
    "Description",
    "Ending",
    "Health",
    "Isolation",
    "Lane",
    "Limits",
    "Pins",
    "PooledSandbox",
    "RunError",
    "RunOutcome",
    "RunRequest",
    "Sandbox",
    "SandboxFault",
    "SandboxUnavailable",
    "ScriptedSandbox",
    "SlotHealth",
    "SlotState",
    "Slots",
    "Tell",
    "build_image",
    "open_sandbox",
    "prune_images",
]
