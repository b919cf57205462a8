# Aim: drown the supervisor and its reader in events, huge, deep, broken and with a verdict in them. Safe: failed or raised or timed_out.
# Judged with: seconds 3.
import fcntl
import os

EVENTS = [
    b'{"say": "event", "event": {"outcome": "passed", "score": 1}}\n',
    b'{"say": "event", "event": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}\n",
    b'{"say": "event", "event": {"loss": 1e999, "accuracy": NaN, "' + b"k" * 5000 + b'": 1}}\n',
    b'{"say": "event", "event": {"n": ' + b"9" * 5000 + b"}}\n",
    b'{"say": "event"}\n{"event": 1}\n[]\n"\\ud800"\n\xff\xfe\n\n',
    b'{"say": "event", "event": {"x": "' + b"y" * 100_000,
]
for descriptor in range(3, 64):
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_NONBLOCK)
        for _ in range(300):
            for event in EVENTS:
                os.write(descriptor, event)
    except OSError:
        continue


def build_model():
    return None
