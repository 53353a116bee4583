// Reads a channel's room as a visitor. ORIGIN and CHANNEL come from the environment.
const { ORIGIN, CHANNEL } = process.env;
const Socket = globalThis.WebSocket ?? (await import("ws")).default; // Node 20: npm install ws

const socket = new Socket(`${ORIGIN.replace("http", "ws")}/api/v1/channels/${CHANNEL}/chat`);
socket.onopen = () => socket.send('{"type":"hello"}');
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(data);
  for (const { seq, user, body } of frame.entries ?? []) console.log(`${seq} ${user.login}: ${body}`);
};
socket.onclose = ({ code }) => console.log(`closed with ${code}`);
