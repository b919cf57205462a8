# Aim: read files that lie beside the box: the platform's, other programs', the machine's. Safe: failed.
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
NAMES = {"test_labels.npy", "solution.py", "answers.toml", "exercise.toml", "judging.py", "gather.py"}
for top in ("/opt", "/usr/local", "/srv", "/home", "/work", "/app", "..", "../.."):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name != "site-packages"]
        for name in NAMES & {*files}:
            print("ESCAPED: found", folder, name)


def build_model():
    return None
