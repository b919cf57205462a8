# The libraries of the sandbox: a virtual environment from pinned, hashed wheels, bytecode compiled, built without a
# network. The wheels stay behind in the first stage. Built by sandbox/image/build.py, which names BASE by its id.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
# by this label the left-over of this stage is found and removed
LABEL beginend.stage=build
COPY wheels /wheels
COPY lock.txt /lock.txt
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --no-index --find-links=/wheels --no-deps --require-hashes \
        --no-compile --disable-pip-version-check --root-user-action=ignore -r /lock.txt \
    # C headers, and a compiler's library that only building TensorFlow needs: a quarter of the size, never read here
    && rm -rf /opt/venv/lib/python3.*/site-packages/tensorflow/include /opt/venv/lib/python3.*/site-packages/clang \
    # the file system is read-only later: what is not compiled now is compiled anew in every run
    && /opt/venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib

FROM ${BASE}
RUN python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash \
    "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" || true
COPY --from=build /opt/venv /opt/venv
