# nginx with the RTMP module. Its configuration is that of `npm start` with the addresses of docker-compose.yml.
FROM oven/bun:1.4.5 AS conf
WORKDIR /app
COPY package.json tsconfig.json ./
COPY ops/nginx ops/nginx
COPY ops/docker ops/docker
RUN bun ops/docker/nginx-conf.ts > nginx.conf

FROM debian:bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx libnginx-mod-rtmp libnginx-mod-stream openssl \
 && rm -rf /var/lib/apt/lists/*
COPY --from=conf /app/nginx.conf /etc/nginx/live.template
COPY --from=conf /app/ops/docker/nginx-start.sh /app/ops/nginx/development-certificate.sh /usr/local/bin/
USER www-data
CMD ["sh", "/usr/local/bin/nginx-start.sh"]
