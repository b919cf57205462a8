# Aim: map and touch memory that Python does not count. Safe: raised or out_of_memory.
# Judged with: seconds 20, mib 512.
import mmap

kept = []


def build_model():
    for number in range(1024):
        page = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        page.write(b"x" * (64 << 20))
        kept.append(page)
        if number == 128:
            print("ESCAPED: holds eight gigabytes", flush=True)
