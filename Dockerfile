# The application: web and worker are the same image with another command. The sandbox's image is another one, built by
# the worker (`beginend sandbox build`). For a build that can be repeated, name the base by digest:
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim-trixie@sha256:... -t beginend:1 .
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
RUN python -m venv /opt/beginend
COPY . /source
# The browser islands are built on the way, by the hook in server/web/islands; node comes with the build's own packages.
RUN /opt/beginend/bin/python -m pip install --no-cache-dir --disable-pip-version-check '/source[data,s3]' \
    && test -s "$(/opt/beginend/bin/python -c 'import server.web, pathlib; print(pathlib.Path(server.web.__file__).parent)')/static/islands/editor.js"

FROM ${PYTHON_IMAGE}
# pg_dump and pg_restore for `beginend backup`; as new as the server in docker-compose.yml, which is Debian's own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin beginend \
    && install -d -o beginend -g beginend -m 0750 /var/lib/beginend-home
COPY --from=build /opt/beginend /opt/beginend
ENV PATH=/opt/beginend/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LANG=C.UTF-8 \
    HOME=/tmp BEGINEND_HOME=/var/lib/beginend-home BEGINEND_LOG=json
USER beginend
WORKDIR /var/lib/beginend-home
VOLUME /var/lib/beginend-home
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["beginend"]
CMD ["web"]
