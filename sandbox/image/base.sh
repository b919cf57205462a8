#!/bin/sh
# Makes a base image equal to python:3.13-slim-trixie from Debian packages alone, for places where no image registry
# can be reached. Debian trixie carries Python 3.13. Needs root, debootstrap and a Docker engine.
#
#   base.sh [TAG] [MIRROR] [SUITE]
set -eu

tag="${1:-beginend-base:trixie}"
mirror="${2:-}" # empty: the one debootstrap knows
suite="${3:-trixie}"

if [ "$(id -u)" -ne 0 ]; then
    echo "base.sh must run as root: debootstrap changes its root directory." >&2
    exit 1
fi
for tool in debootstrap docker tar; do
    if ! command -v "$tool" >/dev/null; then
        echo "base.sh needs $tool; on Debian: apt-get install debootstrap docker-cli" >&2
        exit 1
    fi
done

root="$(mktemp -d)"
trap 'rm -rf --one-file-system "$root"' EXIT INT TERM

# An older debootstrap does not know newer suites; all Debian suites since "sid" are set up by the same script.
script=""
if [ ! -e "/usr/share/debootstrap/scripts/$suite" ]; then
    script="/usr/share/debootstrap/scripts/sid"
fi
# shellcheck disable=SC2086  # an empty script is no argument at all
debootstrap --variant=minbase --include=python3,python3-venv "$suite" "$root" "$mirror" $script

# What no program in the sandbox reads: package archives, indexes, manuals, translations.
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* \
    "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/* "$root"/usr/share/info/*

# shellcheck disable=SC2016  # the variable is for the container
tar --numeric-owner --one-file-system -C "$root" -c . \
    | docker import --change 'ENV LANG=C.UTF-8' --change 'CMD ["python3"]' - "$tag"
