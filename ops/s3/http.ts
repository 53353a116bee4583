// The HTTP of the S3 server, over node:http: Bun.serve sends streams without Content-Length, so that clients cannot see that one broke off.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Error } from "./s3-error.ts";

/** A request, its body not read yet. */
export interface Incoming {
  method: string;
  /** Whole, with the Host that the client named. */
  url: string;
  headers: Headers;
  body: AsyncIterable<Uint8Array>;
}

interface ListenOptions {
  host: string;
  /** 0: a free one. */
  port: number;
  answer(request: Incoming): Promise<Response>;
}

export interface Listening {
  port: number;
  /** Breaks off what is going on. */
  stop(): Promise<void>;
}

/** Bodies may be slow; a connection without a request is closed after this. */
const KEEP_ALIVE_MS = 60_000;

export async function listen({ host, port, answer }: ListenOptions): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    answer(incoming(request))
      .then((answered) => send(answered, request, response))
      .catch((error) => {
        console.error(error);
        response.destroy(); // The client sees that the body broke off.
      });
  });
  server.listen({ host, port, exclusive: true });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function incoming(request: IncomingMessage): Incoming {
  const headers = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    headers.append(request.rawHeaders[at]!, request.rawHeaders[at + 1]!);
  const url = `http://${headers.get("host") ?? "localhost"}${request.url}`;
  return { method: request.method ?? "GET", url, headers, body: bodyOf(request) };
}

async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* request;
  } catch {
    throw new S3Error("IncompleteBody", "the client has gone");
  }
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse) {
  response.statusCode = answer.status;
  answer.headers.forEach((value, name) => void response.setHeader(name, value));
  // What is left of a body that was refused would be read as the next request.
  if (!request.complete && request.headers["content-length"] !== "0") response.setHeader("connection", "close");
  if (answer.body === null || request.method === "HEAD") {
    if (!answer.headers.has("content-length") && answer.status !== 204 && answer.status !== 304)
      response.setHeader("content-length", 0);
    return void response.end();
  }
  if (!answer.headers.has("content-length")) {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    response.setHeader("content-length", bytes.length);
    return void response.end(bytes);
  }
  const reader = answer.body.getReader();
  const closed = once(response, "close").catch(() => {});
  let gone = false;
  void closed.then(() => {
    gone = true;
    void reader.cancel().catch(() => {});
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done || gone) break;
    if (!response.write(value)) await Promise.race([once(response, "drain"), closed]);
  }
  response.end();
}
