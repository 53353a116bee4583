// The address of a stream: where to connect, and which names to say there.

export interface RtmpAddress {
  host: string;
  port: number;
  app: string;
  /** Name of the stream with its query, as `play` says it. May hold a secret: never logged. */
  stream: string;
  /** The address of the application, without the stream. */
  tcUrl: string;
  /** `text` without the query of the stream, for logs: a server may repeat it in its answers. */
  scrub(text: string): string;
}

const PORT = 1935;

/** `rtmp://host[:port]/app/stream[?query]`. Throws TypeError for anything else; the error does not repeat the address. */
export function parseAddress(url: string): RtmpAddress {
  const found = /^rtmp:\/\/(\[[^\]]+\]|[^/:?]+)(?::(\d{1,5}))?\/([^?]+)\/([^/?]+)(?:\?(.*))?$/.exec(url);
  if (!found) throw new TypeError("not an RTMP address");
  const [, host = "", port, app = "", name = "", query] = found;
  const tcUrl = `rtmp://${host}:${port ?? PORT}/${app}`;
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: Number(port ?? PORT),
    app,
    stream: query ? `${name}?${query}` : name,
    tcUrl,
    scrub: (text) => (query ? text.replaceAll(query, "…") : text),
  };
}
