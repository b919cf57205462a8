# Aim: change or read what is mounted where. Safe: failed.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
AT = -100
buffer = ctypes.create_string_buffer(512)
request = (ctypes.c_uint64 * 3)(24, 0xFFFFFFFFFFFFFFFF, 0)
for name, call in {
    "mount": (165, b"none", b"/tmp", b"tmpfs", 0, None),
    "bind": (165, b"/", b"out", None, 4096, None),
    "umount": (166, b"/proc", 2),
    "pivot_root": (155, b".", b"out"),
    "chroot": (161, b"."),
    "open_tree": (428, AT, b"/", 1),
    "fsopen": (430, b"tmpfs", 0),
    "fspick": (433, AT, b"/", 0),
    "mount_setattr": (442, AT, b"/", 0, buffer, 32),
    "open_tree_attr": (467, AT, b"/", 1, buffer, 32),
    "listmount": (458, request, buffer, 8, 0),
    "statmount": (457, request, buffer, 512, 0),
    "name_to_handle_at": (303, AT, b".", buffer, buffer, 0),
    "swapon": (167, b"out", 0),
    "quotactl": (179, 0x80000700, b"/", 0, buffer),
}.items():
    ctypes.set_errno(0)
    got = libc.syscall(*call)
    print("ESCAPED: allowed" if got >= 0 or ctypes.get_errno() not in (1, 38) else "refused:", name, ctypes.get_errno())


def build_model():
    return None
