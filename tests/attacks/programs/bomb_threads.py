# Aim: start threads until nothing else fits on the machine. Safe: failed or raised.
# Judged with: seconds 10.
import os
import threading
import time

started = 0
most = 192 if os.getuid() else 640  # what a container holds in all; root shares its count with the whole machine
for _ in range(700):
    try:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    except RuntimeError:
        break
    started += 1
print("ESCAPED: more threads than anybody needs" if started >= most else "refused: threads ran out at", started)


def build_model():
    return None
