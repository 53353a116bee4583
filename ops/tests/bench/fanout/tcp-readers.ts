// Readers over TCP as a process for the bench: each sends a request and counts what comes, whatever it is.

import { answer } from "#ops/tests/support/helper-process.ts";

interface Reading {
  port: number;
  count: number;
  request: string;
}

let bytes = 0;
let open = 0;
const sockets: { end(): void }[] = [];

answer({
  ready: () => true,
  async read({ port, count, request }: Reading) {
    for (let i = 0; i < count; i++)
      sockets.push(
        await Bun.connect({
          hostname: "127.0.0.1",
          port,
          socket: {
            open(socket) {
              open++;
              socket.write(request);
            },
            data(_socket, chunk) {
              bytes += chunk.length;
            },
            close() {
              open--;
            },
          },
        }),
      );
  },
  counted: () => ({ bytes, open }),
  leave() {
    for (const socket of sockets.splice(0)) socket.end();
  },
});
