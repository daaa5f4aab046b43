# A worker. Build: docker build -t yigangtong-worker .   Settings: YGT_… in the environment (streams/settings.py).
# Gateway, tower, notify and canary, too: docker build --build-arg LOCK=requirements-web.lock -t yigangtong-web .
FROM python:3.11-slim-bookworm AS build
ARG LOCK=requirements-worker.lock
WORKDIR /src
RUN python -m venv /opt/yigangtong
COPY requirements-worker.lock requirements-web.lock ./
RUN /opt/yigangtong/bin/pip install --no-cache-dir --require-hashes --requirement "$LOCK"
COPY pyproject.toml ./
COPY streams streams
COPY schemas schemas
COPY connectors connectors
COPY ops ops
RUN python -m pip install --no-cache-dir "setuptools>=77" \
    && python -m pip wheel --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
    && /opt/yigangtong/bin/pip install --no-cache-dir --no-deps --no-index /tmp/wheel/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/yigangtong yigangtong
COPY --from=build /opt/yigangtong /opt/yigangtong
ENV PATH=/opt/yigangtong/bin:$PATH PYTHONUNBUFFERED=1 YGT_DATA_DIR=/var/lib/yigangtong/worker
USER yigangtong
WORKDIR /var/lib/yigangtong
# A worker ends its drain and leaves its group at SIGTERM; give it longer than its drain timeout.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9100/live', timeout=2)"]
ENTRYPOINT ["yigangtong"]
CMD ["worker"]
