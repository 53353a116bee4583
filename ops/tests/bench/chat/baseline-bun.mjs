// A bare Bun.serve as a chat's server.

import { take } from "./baseline-room.mjs";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
  websocket: {
    message(socket, text) {
      take(String(text), {
        answer: (frame) => socket.send(JSON.stringify(frame)),
        join: () => socket.subscribe("room"),
        publish: (frame) => server.publish("room", JSON.stringify(frame)),
      });
    },
  },
});
console.log(server.port);
