// The package ws on Node as a chat's server.

import { WebSocketServer } from "ws";
import { take } from "./baseline-room.mjs";

const joined = new Set();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () => console.log(server.address().port));
server.on("connection", (socket) => {
  socket.on("message", (bytes) => {
    take(String(bytes), {
      answer: (frame) => socket.send(JSON.stringify(frame)),
      join: () => joined.add(socket),
      publish(frame) {
        const text = JSON.stringify(frame);
        for (const one of joined) one.send(text);
      },
    });
  });
  socket.on("close", () => joined.delete(socket));
  socket.on("error", () => {});
});
