"""Find imports that no gate and calibrations that no training would ever attend to."""

from server.authoring.measured import mark_calibration_broken
from server.imports.checking import mark_gate_broken
from server.queue.doorbell import ring_for_calibration, ring_for_gate
from server.queue.unattended import Waiting

IMPORTS = Waiting(
    noun="import",
    table="exercise_imports",
    key="id",
    argument="import_id",
    # Checks from the command line have no job but give signs of life; after a minute without one they are dead.
    waits="thing.state = 'checking' and thing.touched_at < clock_timestamp() - interval '60 seconds'",
    ring=ring_for_gate,
    give_up=mark_gate_broken,
)

CALIBRATIONS = Waiting(
    noun="the calibration of draft",
    table="calibrations",
    key="copy_id",
    argument="copy_id",
    waits="thing.state = 'measuring'",
    ring=ring_for_calibration,
    give_up=mark_calibration_broken,
)
