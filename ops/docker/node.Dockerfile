# Edge and actor nodes: one image, two commands.
FROM oven/bun:1.4.5
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/*
# Bun's fetch carries 256 requests at once by default; an edge holds many playlists open at its origins.
ENV BUN_CONFIG_MAX_HTTP_REQUESTS=65336
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production
COPY tsconfig.json ./
COPY schema schema
COPY runtime runtime
COPY transcoding transcoding
COPY actors actors
COPY edge edge
COPY ops/docker ops/docker
USER bun
