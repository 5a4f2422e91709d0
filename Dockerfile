# One image for every process: `ordskifte web` behind gunicorn, `ordskifte worker`, `ordskifte upgrade`.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --create-home --home-dir /var/lib/ordskifte ordskifte
COPY requirements.lock /tmp/
RUN pip install --no-cache-dir --require-hashes --no-deps -r /tmp/requirements.lock && rm /tmp/requirements.lock
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-deps /wheels/*.whl
USER ordskifte
WORKDIR /var/lib/ordskifte
EXPOSE 8000
CMD ["ordskifte", "run"]
