// RTMPS in the configuration of nginx-rtmp: a stream block takes TLS off and hands the connection to nginx-rtmp on loopback.

export interface Rtmps {
  /** Port for encoders. */
  port: number;
  /** Loopback port on which nginx-rtmp takes the connections from the stream block. */
  innerPort: number;
  /** Absolute paths, PEM. nginx opens both at each handshake: renewed files count from the next connection on. */
  certificate: string;
  key: string;
  /** Absolute path of ngx_stream_module.so; null when it is built in. */
  modulePath: string | null;
}

/** Concurrent connections of one address, each of which takes three of nginx' 1 024: a classroom may stream, one host cannot take them all. */
const CONNECTIONS_PER_ADDRESS_MAX = 100;

/** The `listen` of nginx-rtmp. */
export const rtmpsInnerListen = ({ innerPort }: Rtmps) => `127.0.0.1:${innerPort} proxy_protocol`;

/**
 * Reasons:
 * - `proxy_protocol`: nginx-rtmp puts the client's address in place of ours, for `allow` and for the hooks' `addr`. So one who guesses
 *   stream keys locks out only themselves, and no client may pull.
 * - The paths are variables, since nginx then opens the files at each handshake. A reload would start a second worker, whose client ids
 *   begin at 1 again.
 * - A silent connection is ended by nginx-rtmp (`ping`); `proxy_timeout` is longer.
 */
export function rtmpsStream({ bind, rtmps }: { bind: string; rtmps: Rtmps }): string {
  const { port, innerPort, certificate, key } = rtmps;
  return `stream {
  limit_conn_zone $binary_remote_addr zone=rtmps:1m;
  limit_conn_log_level warn;
  map "" $rtmps_certificate {
    default ${quoted(certificate)};
  }
  map "" $rtmps_key {
    default ${quoted(key)};
  }

  server {
    listen ${bind}:${port} ssl;
    ssl_certificate $rtmps_certificate;
    ssl_certificate_key $rtmps_key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_handshake_timeout 5s;
    limit_conn rtmps ${CONNECTIONS_PER_ADDRESS_MAX};
    proxy_connect_timeout 1s;
    proxy_timeout 60s;
    proxy_protocol on;
    proxy_pass 127.0.0.1:${innerPort};
  }
}
`;
}

/** A word of nginx' configuration. */
const quoted = (path: string) => `"${path.replace(/["\\]/g, "\\$&")}"`;
