// A server that refuses every request at once (`refuses`) or accepts chat sockets and answers each message with a pong
// (`accepts`), to measure the cost of a flood itself. Prints its port.

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, self) {
    if (process.argv[2] === "accepts" && self.upgrade(request)) return undefined;
    return new Response(null, { status: 429 });
  },
  // Same limit as an edge's, so that the same frames are read and refused.
  websocket: {
    maxPayloadLength: 256 * 1024,
    perMessageDeflate: false,
    message: (ws) => void ws.send('{"type":"pong"}'),
  },
});
console.log(server.port);
