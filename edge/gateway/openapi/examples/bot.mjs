// A bot for one room: it answers !ping. ORIGIN, LOGIN, PASSWORD and CHANNEL come from the environment.
const { ORIGIN, LOGIN, PASSWORD, CHANNEL } = process.env;
const Socket = globalThis.WebSocket ?? (await import("ws")).default; // Node 20: npm install ws
const lines = []; // To be said, one at a time.
let [accessToken, refreshToken, seq, failures] = [null, null, null, 0];

async function newToken() {
  const [path, body] = refreshToken ? ["refresh", { refreshToken }] : ["login", { login: LOGIN, password: PASSWORD }];
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${ORIGIN}/api/v1/auth/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const value = await answer.json();
  if (answer.status === 401) refreshToken = null; // Sign in again.
  if (!answer.ok) throw new Error(value.code);
  refreshToken = /refresh_token=([^;]+)/.exec(answer.headers.get("set-cookie"))[1]; // A new one each time.
  accessToken = value.accessToken;
}

async function join() {
  try {
    if (!accessToken) await newToken();
  } catch (error) {
    return again(`no token: ${error.message}`);
  }
  const socket = new Socket(`${ORIGIN.replace("http", "ws")}/api/v1/channels/${CHANNEL}/chat`);
  const send = (frame) => socket.readyState === 1 && socket.send(JSON.stringify(frame));
  const sendLine = () => lines.length > 0 && send(lines[0]);
  let byeMs;
  socket.onopen = () => send({ type: "hello", token: accessToken, ...(seq !== null && { resume: { seq } }) });
  socket.onerror = () => {}; // A close follows.
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "bye") byeMs = frame.retryAfterMs;
    if (frame.type === "welcome") {
      if (seq === null || frame.seq < seq) seq = frame.seq; // What was said before us is not for us.
      sendLine(); // If its answer was lost: the nonce makes the repeat harmless.
      failures = 0;
    }
    for (const { seq: at, id, body } of (frame.entries ?? []).filter((entry) => entry.seq > seq)) {
      seq = at;
      if (body === "!ping" && lines.push({ type: "say", nonce: crypto.randomUUID(), body: "pong", replyTo: id }) === 1)
        sendLine();
    }
    if (frame.code === "unavailable")
      setTimeout(sendLine, frame.retryAfterMs ?? 1_000); // Again, with the same nonce.
    else if (frame.nonce) [lines.shift(), sendLine()]; // Stored, or refused.
  };
  socket.onclose = ({ code }) => {
    if (code >= 4500 && code <= 4999) return console.log(`closed for good: ${code}`);
    if (code === 4003) accessToken = null; // It has expired.
    again(`closed: ${code}`, byeMs);
  };
}

function again(why, pauseMs = Math.min(30_000, 500 * 2 ** failures++) * (0.5 + Math.random() / 2)) {
  console.log(`${why}, again in ${Math.round(pauseMs)} ms`);
  setTimeout(join, pauseMs);
}

join();
