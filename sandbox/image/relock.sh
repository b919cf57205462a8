#!/bin/sh
# Makes the locks anew from requirements.in: one per Python and architecture, every wheel pinned and hashed, no index
# named. Needs uv; UV says which (default: the one on PATH). Read the difference before committing it.
set -eu

cd "$(dirname "$0")"
for machine in x86_64 aarch64; do
    for version in 3.11 3.12 3.13; do
        lock="locks/cp$(echo "$version" | tr -d .)-$machine.txt"
        {
            echo "# Made by sandbox/image/relock.sh from requirements.in for Python $version on $machine; not edited by hand."
            "${UV:-uv}" pip compile --quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
                --generate-hashes --only-binary :all: \
                --python-version "$version" --python-platform "$machine-manylinux_2_28" requirements.in
        } >"$lock.new"
        mv "$lock.new" "$lock"
        echo "$lock"
    done
done
