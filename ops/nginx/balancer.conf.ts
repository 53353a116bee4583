// The configuration of the load balancer, an nginx in front of the edges, and of the ingests if it gets them. Run, it prints balancer.conf,
// which is for containers.

import { type Code, errors } from "#schema/api/error-codes.ts";
import { type IngestPool, ingestsStream } from "./ingests.conf.ts";

export interface BalancerOptions {
  /** Folder for the pid file and temporary files; absolute path. */
  folder: string;
  /** `host:port` for plain HTTP. With `tls` they redirect to https. */
  listens: string[];
  /** TLS 1.2 and 1.3, HTTP/2. Default: none. */
  tls?: { listens: string[]; certificate: string; key: string };
  /** A mask of files with `listen … ssl http2` and certificates that an operator may add; no file has to match. */
  tlsInclude?: string;
  /** `host:port` of the edges' public ports. */
  edges: string[];
  /** Needs nginx' stream module. Default: encoders do not come here. */
  ingests?: IngestPool;
  /** File for refused and failed requests. Default: none. */
  accessLog?: string;
  workers?: number | "auto";
  asRoot?: boolean;
  limits?: Partial<BalancerLimits>;
}

/** Limits per client address; an IPv6 client is its /64. */
interface BalancerLimits {
  /** Concurrent requests and sockets. */
  connections: number;
  apiPerS: number;
  apiBurst: number;
  mediaPerS: number;
  mediaBurst: number;
  joinsPerMinute: number;
  joinsBurst: number;
}

/**
 * Above the limits of an edge (runtime/config/), so that people see the edge's error texts, and above a classroom behind one
 * address: 500 sockets, and 200 players with four parts and four playlists a second.
 */
const LIMITS: BalancerLimits = {
  connections: 3_000,
  apiPerS: 200,
  apiBurst: 1_000,
  mediaPerS: 2_000,
  mediaBurst: 4_000,
  joinsPerMinute: 3_000,
  joinsBurst: 1_000,
};

/** Headers that describe the client to an edge. They never come from the client. */
const CLIENT_HEADERS = `    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host "";
    proxy_set_header X-Real-IP "";
    proxy_set_header Forwarded "";
    proxy_set_header X-Request-Id $asked_id;`;

/**
 * Reasons:
 * - Reads use keep-alive connections, writes use new ones. When a keep-alive connection breaks, the write may have been done, so
 *   nginx does not repeat it. A new connection that is refused carried nothing, so the next edge gets the write.
 * - Chat sockets have an upstream of their own, so that least_conn counts sockets. A full or draining edge answers 503 before the
 *   upgrade, and nginx asks the next edge.
 * - X-Forwarded-For is replaced, so that the client's value never arrives. Edges trust it from this address only (TRUSTED_PROXIES).
 * - nginx reads a whole body before it asks an edge, and takes API answers from the edge at once: a slow client costs nginx some
 *   KB and the edge nothing. Media is not buffered, for low latency.
 * - The error log contains URLs, whose queries may contain secrets: only `crit` is logged. Refused and failed requests are in the
 *   access log, without the URL.
 */
export function balancerConf(options: BalancerOptions): string {
  const { folder, listens, tls, tlsInclude, edges, ingests, accessLog, workers = "auto", asRoot } = options;
  const limits = { ...LIMITS, ...options.limits };
  const servers = edges.map((edge) => `    server ${edge} max_fails=2 fail_timeout=3s;`).join("\n");
  const pool = (name: string, keep: boolean) => `  upstream ${name} {
    zone ${name} 64k;
    least_conn;
${servers}${keep ? "\n    keepalive 64;\n    keepalive_timeout 30s; # Edges close after 60 s." : ""}
  }`;
  const plain = listens.map((listen) => `    listen ${listen};`).join("\n");
  const secure = tls?.listens.map((listen) => `    listen ${listen} ssl http2;`).join("\n");
  const certificate = tls && `    ssl_certificate ${tls.certificate};\n    ssl_certificate_key ${tls.key};`;
  const toHttps = tls && `  server {\n${plain}\n    return 308 https://$host$request_uri;\n  }\n\n`;

  return `# Printed by ops/nginx/balancer.conf.ts, which has the reasons. nginx 1.22 or newer.
${asRoot ? "user root;\n" : ""}daemon off;
worker_processes ${workers};
worker_rlimit_nofile 40000;
pid ${folder}/nginx.pid;
error_log stderr crit;

events {
  worker_connections 20000; # Two for each chat socket.
}

${ingests ? `${ingestsStream(ingests)}\n` : ""}http {
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server_tokens off;

  log_format refused escape=json '{"at":$msec,"client":"$remote_addr","method":"$request_method","kind":"$kind",'
    '"status":$status,"seconds":$request_time,"edge":"$upstream_addr","edgeStatus":"$upstream_status","request":"$asked_id"}';
  map $status $is_refused {
    ~^[123] 0;
    ~^40[14] 0;
    default 1;
  }
  map "" $kind {
    default "api";
  }
  access_log ${accessLog ? `${accessLog} refused if=$is_refused` : "off"};

  # One client is an IPv4 address, or the /64 of an IPv6 address.
  map $remote_addr $client {
    "~^(?<head>[0-9a-f]+:[0-9a-f]+:[0-9a-f]+:[0-9a-f]+):" $head;
    default $remote_addr;
  }
  map $http_x_request_id $asked_id {
    "~^[A-Za-z0-9_.:-]{1,64}$" $http_x_request_id;
    default $request_id;
  }
  map $request_method $pool {
    GET reads;
    HEAD reads;
    OPTIONS reads;
    default writes;
  }
  limit_conn_zone $client zone=connections:10m;
  limit_req_zone $client zone=api:10m rate=${limits.apiPerS}r/s;
  limit_req_zone $client zone=media:10m rate=${limits.mediaPerS}r/s;
  limit_req_zone $client zone=joins:10m rate=${limits.joinsPerMinute}r/m;
  limit_conn_status 429;
  limit_req_status 429;

  # Slow clients. These are limits between two reads, not for a whole body.
  client_header_timeout 10s;
  client_body_timeout 10s;
  send_timeout 10s;
  keepalive_timeout 30s;
  keepalive_requests 10000;
  reset_timedout_connection on;
  client_max_body_size 1m;
  client_body_buffer_size 128k;
  large_client_header_buffers 4 8k;

  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:10m;
  ssl_session_tickets off;

${pool("reads", true)}
${pool("writes", false)}
${pool("sockets", false)}

${toHttps ?? ""}  server {
${tls ? secure : plain}
${certificate ? `${certificate}\n` : ""}${tlsInclude ? `    include ${tlsInclude};\n` : ""}    absolute_redirect off;
    tcp_nodelay on;
    limit_conn connections ${limits.connections};

    proxy_http_version 1.1;
    proxy_set_header Connection "";
${CLIENT_HEADERS}
    proxy_connect_timeout 1s;
    proxy_read_timeout 30s; # An edge answers within 8 s, a blocking playlist within three target durations.
    proxy_next_upstream error timeout;
    proxy_next_upstream_timeout 5s;
    proxy_next_upstream_tries 3;
    proxy_max_temp_file_size 0;

    error_page 413 @too_large;
    error_page 429 @rate_limited;
    error_page 502 504 =503 @unavailable;

    location / {
      limit_req zone=api burst=${limits.apiBurst} nodelay;
      proxy_pass http://$pool;
    }

    location /live/ {
      set $kind "media";
      limit_req zone=media burst=${limits.mediaBurst} nodelay;
      proxy_buffering off;
      proxy_pass http://$pool;
    }

    location ~ ^/api/v1/channels/[^/]+/chat$ {
      set $kind "chat";
${socket(limits)}
    }

    location ~ ^/live/[^/]+/(~[^/]+/)?live\\.ws$ {
      set $kind "live";
      proxy_buffering off;
${socket(limits)}
    }

    # These belong to internal ports, and stay hidden even if an edge serves one by mistake.
    location ~* ^/+(hooks|metrics|log-level|stat|control|debug)(/|$) {
      return 404;
    }
    error_page 404 = @not_found;

${(["not_found", "too_large", "rate_limited", "unavailable"] as const).map(problemLocation).join("\n")}
  }
}
`;
}

/** Of the location of a WebSocket. */
const socket = ({ joinsBurst }: BalancerLimits) => `      limit_req zone=joins burst=${joinsBurst} nodelay;
      # nginx inherits no proxy_set_header once a location sets one, so all are repeated.
      proxy_set_header Connection "upgrade";
      proxy_set_header Upgrade $http_upgrade;
${CLIENT_HEADERS}
      proxy_next_upstream error timeout http_503;
      proxy_read_timeout 150s; # Edges ping within 60 s.
      proxy_send_timeout 30s;
      proxy_pass http://sockets;`;

/** An error page in the format of the edges (edge/gateway/problems/problem-details.ts), since clients switch on `code`. */
function problemLocation(code: Code): string {
  const { status, title, retry } = errors[code];
  const body = JSON.stringify({
    type: `urn:twitchclone:problem:${code}`,
    title,
    status,
    code,
    requestId: "$asked_id",
  });
  return `    location @${code} {
      default_type application/problem+json;
      add_header Access-Control-Allow-Origin * always;
      add_header Cache-Control no-store always;
      add_header X-Request-Id $asked_id always;${retry ? "\n      add_header Retry-After 1 always;" : ""}
      return ${status} '${body}';
    }`;
}

/** The text of balancer.conf, which docker-compose.yml mounts. ops/docker/balancer-start.sh writes the files with certificates. */
export const containerBalancerConf = () =>
  balancerConf({
    folder: "/tmp",
    listens: ["8080"],
    edges: ["172.30.99.10:3000", "172.30.99.11:3000"],
    ingests: {
      listens: ["1935"],
      servers: ["172.30.99.20:1938", "172.30.99.21:1938"],
      tlsInclude: "/tmp/balancer/tls/*.rtmps",
    },
    accessLog: "/dev/stdout",
    tlsInclude: "/tmp/balancer/tls/*.https",
  });

if (import.meta.main) process.stdout.write(containerBalancerConf());
