# Aim: reach the internet, the host and the database by every library there is. Safe: failed.
# Judged with: seconds 15.
import socket
import urllib.request

import keras

for host, port in (("1.1.1.1", 53), ("127.0.0.1", 5432), ("172.17.0.1", 22), ("169.254.169.254", 80), ("::1", 80)):
    try:
        socket.create_connection((host, port), timeout=0.5)
        print("ESCAPED: reached", host, port)
    except OSError as error:
        print("refused:", host, error.errno)
for name in ("localhost", "example.com"):
    try:
        print("ESCAPED: looked up", name, socket.getaddrinfo("example.com", 80))
    except OSError as error:
        print("refused:", name, error)
for way in (
    lambda: urllib.request.urlopen("http://1.1.1.1/", timeout=0.5),
    lambda: keras.utils.get_file("x", "http://1.1.1.1/x"),
):
    try:
        print("ESCAPED: fetched", way())
    except Exception as error:
        print("refused:", type(error).__name__)


def build_model():
    return None
