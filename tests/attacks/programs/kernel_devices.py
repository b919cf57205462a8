# Aim: open or make a device. Safe: failed.
import os

NAMES = ["mem", "kmem", "port", "kmsg", "sda", "vda", "nvme0n1", "loop0", "loop-control", "kvm", "fuse", "net/tun", "vhost-net",
         "userfaultfd", "ptmx", "tty", "console", "dri/card0", "snapshot", "uinput", "mqueue", "hugepages"]  # fmt: skip
for name in NAMES:
    for mode in (os.O_RDONLY, os.O_WRONLY):
        try:
            os.close(os.open(f"/dev/{name}", mode | os.O_NONBLOCK | os.O_NOCTTY))
            print("ESCAPED: opened", name)
        except OSError as error:
            print("refused:", name, error.errno)
for kind in (0o020666, 0o060666):
    try:
        os.mknod("device", kind, os.makedev(1, 1))
        print("ESCAPED: made a device")
    except OSError as error:
        print("refused:", error.errno)


def build_model():
    return None
