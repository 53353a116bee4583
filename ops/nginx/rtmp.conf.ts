// The configuration of one nginx-rtmp: it takes RTMP from encoders, asks the edges by hook, and lets only our intake pull.

import { type Rtmps, rtmpsInnerListen, rtmpsStream } from "./rtmps.conf.ts";

interface NginxOptions {
  /** Folder for the pid file and temporary files; absolute path. */
  folder: string;
  /** IPv4 address for encoders. */
  bind: string;
  rtmpPort: number;
  /** Port of the http block: it proxies hooks to the edges and has `/control`, `/stat`, `/recent/`, `/healthz`. Never public. */
  httpPort: number;
  /** `host:port` of the edges' internal ports. */
  edges: string[];
  /** Name of the ingest in the INGESTS setting. */
  ingest: string;
  /** UUID of this start. Client ids begin at 1 with each start, so a session is ingest + boot + clientid. */
  boot: string;
  /** Absolute path of ngx_rtmp_module.so; null when it is built in. */
  modulePath: string | null;
  /** Default: no RTMPS. */
  rtmps?: Rtmps | null;
  asRoot: boolean;
}

/** Which addresses may use the http block and pull; containers need more than loopback. */
interface NginxReach {
  /** Address on which the http block listens. */
  httpHost: string;
  /** Addresses or networks that may pull, and may use `/control`, `/stat` and `/recent/`. */
  pullers: string[];
  /** Port for a balancer that names the encoder's address by the PROXY protocol. Never public: whoever reaches it may claim any address. */
  balancedPort?: number;
}

/** Below the folder: what encoders sent in the last RECENT_MS, as FLV, for the holes of recordings. Whoever starts nginx makes the folder and
 *  removes older files. */
export const RECENT_FOLDER = "recent";
export const RECENT_MS = 180_000;

const LOOPBACK: NginxReach = { httpHost: "127.0.0.1", pullers: ["127.0.0.1"] };

/**
 * Reasons (all measured):
 * - `worker_processes 1`: `/control` and `/stat` see only one worker.
 * - `access_log off`, `error_log warn`: the access log, and the error log at level info, contain stream keys.
 * - `idle_streams on`: a pull outlives its publisher, and has the first keyframe of the next one.
 * - `max_connections`: a flood of RTMP leaves connections for hooks, `/stat` and `/control`. What says nothing for 10 s is closed (`timeout`).
 * - `wait_video on`: sound without picture reaches nobody, so that a pull begins with the picture.
 * - `drop_idle_publisher`: without it a silent encoder keeps its stream name for minutes.
 * - A failing `on_update` hook drops the encoder. One dead or hung edge must not cause that: hooks try all edges, and a failure of
 *   the edges becomes 200 for update and publish_done. nginx-rtmp waits 10 s for a hook.
 * - `x-hook-at` is the time of the first try: a publish that a hung edge delayed must not take over from a newer one.
 * - A 302 with a bare name renames the stream, so redirects must stay relative.
 */
export function rtmpConf(options: NginxOptions, { httpHost, pullers, balancedPort }: NginxReach = LOOPBACK): string {
  const { folder, bind, rtmpPort, httpPort, edges, ingest, boot, modulePath, rtmps, asRoot } = options;
  const hook = (name: string) => `http://127.0.0.1:${httpPort}/hooks/rtmp/${name}?ingest=${ingest}&boot=${boot}`;
  // The intake pulls over loopback, whatever address encoders use.
  const hosts = bind === "0.0.0.0" || bind === "127.0.0.1" ? [bind] : [bind, "127.0.0.1"];
  const listens = [
    ...hosts.map((host) => `${host}:${rtmpPort}`),
    ...(rtmps ? [rtmpsInnerListen(rtmps)] : []),
    ...(balancedPort ? [`${httpHost}:${balancedPort} proxy_protocol`] : []),
  ];
  const modules = [modulePath, rtmps?.modulePath].flatMap((path) => (path ? [`load_module ${path};\n`] : [])).join("");
  const httpListens = httpHost === "0.0.0.0" || httpHost === "127.0.0.1" ? [httpHost] : [httpHost, "127.0.0.1"];
  const servers = (edges.length > 0 ? edges : ["127.0.0.1:9 down"]).map(
    (edge) => `${edge} max_fails=1 fail_timeout=2s`,
  );
  const allow = pullers.map((puller) => `allow ${puller};`).join(" ");
  return `${modules}${asRoot ? "user root;\n" : ""}daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;

events {
  worker_connections 1024;
}

rtmp {
  access_log off;
  max_connections 700;
  server {
${listens.map((listen) => `    listen ${listen};`).join("\n")}
    chunk_size 4096;
    timeout 10s;
    ping 10s;
    ping_timeout 5s;
    application live {
      live on;
      wait_key on;
      wait_video on;
      idle_streams on;
      drop_idle_publisher 5s;
      notify_method post;
      notify_update_timeout 10s;
      allow publish all;
      ${pullers.map((puller) => `allow play ${puller};`).join(" ")}
      deny play all;
      recorder recent {
        record all;
        record_path ${folder}/${RECENT_FOLDER};
        record_suffix -%s.flv;
        record_interval 10s;
      }
      on_publish ${hook("publish")};
      on_publish_done ${hook("publish_done")};
      on_play ${hook("play")};
      on_update ${hook("update")};
    }
  }
}

${rtmps ? `${rtmpsStream({ bind, rtmps })}\n` : ""}http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;

  upstream edges {
${servers.map((server) => `    server ${server};`).join("\n")}
  }

  server {
${httpListens.map((host) => `    listen ${host}:${httpPort};`).join("\n")}
    absolute_redirect off;
    proxy_redirect off;
    proxy_connect_timeout 1s;
    proxy_read_timeout 2s;
    proxy_next_upstream error timeout http_502 http_503 non_idempotent;
    proxy_next_upstream_timeout 8s;

    location /hooks/rtmp/ {
      allow 127.0.0.1;
      deny all;
      proxy_intercept_errors on;
      error_page 500 502 503 504 =200 /taken;
      proxy_pass http://edges;
    }
    location = /hooks/rtmp/publish {
      allow 127.0.0.1;
      deny all;
      proxy_read_timeout 4s;
      proxy_set_header x-hook-at $msec;
      proxy_pass http://edges;
    }
    location = /hooks/rtmp/play {
      allow 127.0.0.1;
      deny all;
      proxy_pass http://edges;
    }
    location = /taken {
      internal;
      return 200;
    }
    location /control {
      ${allow} deny all;
      rtmp_control all;
    }
    location /stat {
      ${allow} deny all;
      rtmp_stat all;
    }
    location /recent/ {
      ${allow} deny all;
      alias ${folder}/${RECENT_FOLDER}/;
      autoindex on;
      autoindex_format json;
    }
    location = /healthz {
      return 200 ok;
    }
  }
}
`;
}
