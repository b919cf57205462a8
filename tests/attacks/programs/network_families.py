# Aim: open a socket of any family and kind. Safe: failed.
import socket

opened = []
for family in range(46):
    for kind in (1, 2, 3, 4, 5, 10):
        for protocol in (0, 1, 6, 17, 58, 255):
            try:
                socket.socket(family, kind, protocol).close()
                opened.append((family, kind, protocol))
            except OSError:
                continue
print("ESCAPED: opened" if opened else "refused:", opened)


def build_model():
    return None
