"""What runs behind the door: takes one job, runs it in a confined child, hands back what it left.

Theory of operation. Three kinds of processes live here, and only one of them ever meets untrusted code:

- The *supervisor* (``supervisor``) speaks with the outside over its stdin and stdout, in framed messages (``wire``). It
  forks, watches the clock, the output and the memory, kills, reaps and answers. It parses nothing a student wrote.
- The *child* (``child``) becomes a user of its own, makes itself a private folder, imports the payload, closes the
  doors behind itself (``confine``) and only then reads its job from a pipe and calls an entry of the payload. What it
  says before the job has started is ours and is believed; everything after that is a claim.
- The *collector* (``collect``) is a short-lived process with the child's own rights. It kills what is left of that
  user, reads the declared artifacts as opaque bytes, and wipes the folder.

Because a child is ready before it has a job, keeping one in reserve is only a matter of asking earlier.

This package uses the standard library and relative imports only. It imports none of ours and none of ours imports it:
it lives in the image (and in the process sandbox's own environment) under the name ``sandbox_inside``.
"""
