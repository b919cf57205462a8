"""What runs behind the door: takes jobs, runs each in a confined child, hands back what it left.

Theory of operation. Four kinds of processes live here, and only one of them ever meets untrusted code:

- The *supervisor* (``supervisor``, ``run``) speaks with the outside over its stdin and stdout, in framed messages
  (``wire``, ``asker``). It watches the clock, the output, the events and the memory of a run, kills, and answers. It
  parses nothing a student wrote, and it stays small: the payload is never imported here.
- The *zygote* (``zygote``) forks the children. With ``--keep`` it has imported the payload, and executed nothing of
  it, before the first of them: a child is then there in milliseconds. It has one thread, asserted before every fork.
  What it has ever held, all later children inherit; so it is handed pipes and a user number, never a request, an
  answer or a line of output.
- The *child* (``child``) becomes a user of its own, makes itself a private folder, imports the payload if the zygote
  has not, closes the doors behind itself (``confine``), warms up with ``--warm``, and only then reads its job from a
  pipe and calls an entry of the payload. What it says before the job has started is ours and is believed; everything
  after that is a claim. It runs one job and is never used again.
- The *collector* (``collect``) is a short-lived process with the child's own rights. It kills what is left of that
  user, reads the declared artifacts as opaque bytes, and wipes the folder.

A child is ready before it has a job, whatever the mode: from scratch (no flag), prepared ahead and used once
(``--warm``), or one after another (``--keep --warm``). The three differ in who imports the payload and in how often the
loop in ``supervisor`` goes round, and in nothing that a program could see: a test compares what it finds around itself.

One job runs at a time, so the control group of the container is that of the run. The container has room beside the
run, so that what it leaves can be brought out; the run is held to its own limit by the supervisor, which measures the
child's anonymous and shared memory and ends it. A forked child's figure includes the pages it still shares with the
zygote, so the limit means what it means for a child from scratch.

Nothing outlives its parent: children and zygote die with the supervisor (``PR_SET_PDEATHSIG``), the supervisor ends
when its stdin does. Whatever cannot be put right in place is a fault and the end; the outside starts another.

This package uses the standard library and relative imports only. It imports none of ours and none of ours imports it:
it lives in the image (and in the process sandbox's own environment) under the name ``sandbox_inside``.
"""
