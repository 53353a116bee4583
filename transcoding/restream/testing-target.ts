// For tests: a service that takes what is published to it, over real sockets.

import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { concat } from "../bytes.ts";
import { readAmf } from "../intake/rtmp/amf.ts";
import { ChunkReader } from "../intake/rtmp/chunk-reader.ts";
import { HANDSHAKE_BYTES } from "../intake/rtmp/client.ts";
import type { RtmpMessage } from "../intake/rtmp/message.ts";
import { commandMessage, serverHandshake, status } from "../intake/rtmp/testing-server.ts";

const MEDIA = new Set([8, 9, 18]);

export interface TestTarget {
  port: number;
  /** Sound, pictures and data of all connections, in the order they came. */
  messages: RtmpMessage[];
  /** Commands as they came, with their values. */
  commands: string[];
  connections: number;
  /** Reads nothing more until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends all connections; new ones are taken. */
  drop(): void;
  close(): Promise<void>;
}

interface TargetOptions {
  /** `hang`: takes connections and says nothing. `refuse`: takes no key. `shut`: ends the connection at the key. `garbage`: not RTMP. */
  how?: "take" | "hang" | "refuse" | "shut" | "garbage";
  tls?: { key: string; cert: string };
  port?: number;
}

export async function startTarget({ how = "take", tls, port = 0 }: TargetOptions = {}): Promise<TestTarget> {
  const sockets = new Set<Socket>();
  const target: TestTarget = {
    port,
    messages: [],
    commands: [],
    connections: 0,
    pause: () => sockets.forEach((socket) => void socket.pause()),
    resume: () => sockets.forEach((socket) => void socket.resume()),
    drop: () => sockets.forEach((socket) => void socket.destroy()),
    close: () =>
      new Promise((resolve) => {
        target.drop();
        server.close(() => resolve());
      }),
  };
  const serve = (socket: Socket) => {
    target.connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    if (how === "hang") return;
    const take = session(socket, { target, how });
    socket.on("data", take);
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  target.port = (server.address() as { port: number }).port;
  return target;
}

function session(socket: Socket, { target, how }: { target: TestTarget; how: string }): (bytes: Uint8Array) => void {
  let head = new Uint8Array(0);
  let shaken = false;
  let greeted = false;
  const reader = new ChunkReader((message) => {
    if (MEDIA.has(message.type)) target.messages.push(message);
    if (message.type !== 20) return;
    const [name, id, , key] = readAmf(message.body);
    target.commands.push(`${name} ${typeof key === "string" ? key : ""}`.trim());
    if (name === "connect") socket.write(commandMessage("_result", 1, null, {}));
    if (name === "createStream") socket.write(commandMessage("_result", Number(id), null, 1));
    if (name !== "publish") return;
    if (how === "shut") socket.destroy();
    else if (how === "refuse") socket.write(status("NetStream.Publish.BadName", `${key} is not known`));
    else socket.write(status("NetStream.Publish.Start"));
  });
  return (bytes) => {
    if (how === "garbage") return void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    if (shaken) return reader.push(bytes);
    head = concat(head, bytes);
    if (!greeted) socket.write(serverHandshake());
    greeted = true;
    if (head.length < 1 + 2 * HANDSHAKE_BYTES) return;
    shaken = true;
    reader.push(head.subarray(1 + 2 * HANDSHAKE_BYTES));
  };
}
