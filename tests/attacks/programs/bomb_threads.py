# Aim: start threads until nothing else fits on the machine. Safe: failed or raised.
# Judged with: seconds 10.
import threading
import time

started = 0
for _ in range(400):
    try:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    except RuntimeError:
        break
    started += 1
print("ESCAPED: more threads than anybody needs" if started >= 64 else "refused: threads ran out at", started)


def build_model():
    return None
