// Socket.IO on Node as a chat's server.

import { createServer } from "node:http";
import { Server } from "socket.io";
import { take } from "./baseline-room.mjs";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("f", (frame) => {
    take(JSON.stringify(frame), {
      answer: (answer) => socket.emit("f", answer),
      join: () => socket.join("room"),
      publish: (entries) => io.to("room").emit("f", entries),
    });
  });
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
