// Several nginx-rtmp behind one address, in the configuration of the balancer: an ingest's death does not change where encoders publish.

export interface IngestPool {
  /** `[host:]port` for RTMP. */
  listens: string[];
  /** A mask of files with `listen … ssl` for RTMPS, and certificates; no file has to match. */
  tlsInclude?: string;
  /** `host:port` of the ingests' ports for the PROXY protocol (rtmp.conf.ts, `balancedPort`). */
  servers: string[];
}

/** Connections of one address, as for RTMPS (rtmps.conf.ts): a classroom may stream, one host cannot take them all. */
const CONNECTIONS_PER_ADDRESS_MAX = 100;

/** `net.ipv4.tcp_retries2` of the balancer's machine or container: what an ingest that is down does not take is given up after about 6 s, and the
 *  encoder is cut off and reconnects. Linux' own value, 15, means a quarter of an hour. */
export const TCP_RETRIES = 4;

/**
 * Reasons:
 * - A dead ingest refuses at once, or is silent for a second (`proxy_connect_timeout`). The same connection then goes to another one, and for
 *   2 s no further one tries it: an encoder that reconnects lands at its first try.
 * - `least_conn` fills an ingest that comes back by new connections; running ones stay where they are.
 * - `proxy_protocol`: ingests see the encoder's address, by which wrong stream keys are counted.
 */
export function ingestsStream({ listens, tlsInclude, servers }: IngestPool): string {
  return `stream {
  upstream ingests {
    zone ingests 64k;
    least_conn;
${servers.map((server) => `    server ${server} max_fails=1 fail_timeout=2s;`).join("\n")}
  }
  limit_conn_zone $binary_remote_addr zone=encoders:1m;
  limit_conn_log_level warn;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_handshake_timeout 5s;

  server {
${listens.map((listen) => `    listen ${listen};`).join("\n")}
${tlsInclude ? `    include ${tlsInclude};\n` : ""}    limit_conn encoders ${CONNECTIONS_PER_ADDRESS_MAX};
    tcp_nodelay on;
    proxy_protocol on;
    proxy_connect_timeout 1s;
    proxy_timeout 15s; # nginx-rtmp pings each 10 s: nothing either way means that one end is down.
    proxy_pass ingests;
  }
}
`;
}
