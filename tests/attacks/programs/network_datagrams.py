# Aim: send datagrams to the machine's services from a socket that was made as a pair. Safe: failed.
import socket

PLACES = [
    "/tmp/beginend-attacks-listener.sock", "\0beginend-attacks-listener", "/dev/log", "/run/systemd/journal/socket",
    "/run/systemd/notify", "/var/run/docker.sock", "/run/docker.sock",
]  # fmt: skip
for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
    try:
        one, other = socket.socketpair(socket.AF_UNIX, kind)
    except OSError as error:
        print("refused: pair", error.errno)
        continue
    for place in PLACES:
        try:
            one.sendto(b"hello from inside", place)
            print("ESCAPED: sent a datagram to", repr(place))
        except OSError as error:
            print("refused:", repr(place), error.errno)
        try:
            one.connect(place)
            print("ESCAPED: connected to", repr(place))
        except OSError as error:
            print("refused:", repr(place), error.errno)


def build_model():
    return None
