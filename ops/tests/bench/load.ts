// A process that generates HTTP/1.1 load: keep-alive connections that request one URL again as soon as an answer is complete.
// Arguments: url, connections, milliseconds, value of `authorization` if any. Prints one line of JSON: Load.

export interface Load {
  requests: number;
  bytes: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers that were not 200. */
  errors: number;
}

if (import.meta.main) {
  const [url = "", connections = "1", ms = "1000", authorization] = process.argv.slice(2);
  console.log(JSON.stringify(await load(url, Number(connections), Number(ms), authorization)));
}

export async function load(url: string, connections: number, ms: number, authorization?: string): Promise<Load> {
  const { hostname, port, pathname } = new URL(url);
  const ask = `GET ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n${authorization ? `authorization: ${authorization}\r\n` : ""}\r\n`;
  const tookMs: number[] = [];
  let bytes = 0;
  let errors = 0;
  const startMs = performance.now();
  const endMs = startMs + ms;

  const client = () =>
    new Promise<void>((resolve, reject) => {
      let head = "";
      let left = -1;
      let askedMs = 0;
      const next = (socket: Bun.Socket) => {
        if (performance.now() >= endMs) {
          socket.end();
          resolve();
          return;
        }
        head = "";
        left = -1;
        askedMs = performance.now();
        socket.write(ask);
      };
      Bun.connect({
        hostname,
        port: Number(port),
        socket: {
          open: next,
          data(socket, chunk) {
            bytes += chunk.byteLength;
            let body = chunk.byteLength;
            if (left < 0) {
              head += chunk.toString("latin1");
              const bodyAt = head.indexOf("\r\n\r\n");
              if (bodyAt < 0) return;
              if (!head.startsWith("HTTP/1.1 200")) errors++;
              left = Number(/^content-length: (\d+)\r$/im.exec(head.slice(0, bodyAt + 2))?.[1] ?? 0);
              body = head.length - bodyAt - 4;
            }
            left -= body;
            if (left > 0) return;
            tookMs.push(performance.now() - askedMs);
            next(socket);
          },
          close: () => resolve(),
          error: (_, error) => reject(error),
        },
      }).catch(reject);
    });

  // Busy waiting: waking this process would cost the server an interrupt of another core, and the faster server fewer of them.
  let done = false;
  const spin = () => void (done || setImmediate(spin));
  spin();
  await Promise.all(Array.from({ length: connections }, client));
  done = true;
  const seconds = (performance.now() - startMs) / 1_000;
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0;
  return { requests: tookMs.length, bytes, seconds, p50Ms: at(0.5), p99Ms: at(0.99), errors };
}
