# Aim: open this process' own memory and first environment as files, past every guard in between. Safe: failed.
# Judged with: not process.
for name in ("mem", "environ", "auxv", "pagemap", "syscall", "stack", "io"):
    for mode in ("rb", "r+b"):
        try:
            with open(f"/proc/self/{name}", mode) as file:
                print("ESCAPED: opened", name, file.read(200) if name != "mem" else "")
        except OSError as error:
            print("refused:", name, error.errno)


def build_model():
    return None
