# Aim: read files that lie beside the box: the platform's, other programs', the machine's. Safe: failed.
import glob
import os

PLACES = [
    "/tmp/beginend-attacks-canary.txt", "/etc/shadow", "/etc/passwd", "/etc/hosts", "/etc/ssh/ssh_host_rsa_key",
    "/root/.ssh/id_rsa", "/root/.bash_history", "/run/secrets", "/.dockerenv", "/var/lib/docker", 
    "/sys/class/net", "/sys/kernel/debug", "/boot", "/opt", "/srv", "/home", "/mnt", "/work", "/tmp", "/var/tmp", "/dev/shm",
]  # fmt: skip
for place in PLACES:
    try:
        if os.path.isdir(place):
            print("ESCAPED: listed", place, os.listdir(place)[:5])
        else:
            with open(place, "rb") as file:
                print("ESCAPED: read", place, file.read(300))
    except OSError as error:
        print("refused:", place, error.errno)
for pattern in ("/*", "/**/test_labels.npy", "/**/solution.py", "/**/answers.toml", "/home/*", "../*", "../../*"):
    for place in glob.glob(pattern, recursive=pattern.count("**") == 1)[:50]:
        if "site-packages" not in place and place.endswith((".npy", ".toml", "solution.py")):
            print("ESCAPED: found", place)


def build_model():
    return None
