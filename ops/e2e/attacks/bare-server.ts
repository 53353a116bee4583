// Refuses every join at once and does nothing else: what a flood costs the machine by itself. Prints its port.

const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(null, { status: 429 }) });
console.log(server.port);
