// edge/client/backoff.ts
var spreadMs = (ms, chance) => ms * (0.5 + chance / 2);
var afterSpread = (ms, then) => void setTimeout(then, spreadMs(ms, Math.random()));

// edge/client/room.ts
var RECONNECT_WITHIN_MS = 2000;
var FINAL_CLOSE_CODE_MIN = 4500;
function joinRoom({ origin, channel, token, onEntry, onErased }) {
  const url = `${origin.replace(/^http/, "ws")}/api/v1/channels/${encodeURIComponent(channel)}/chat`;
  const pending = new Map;
  let socket;
  let seq = null;
  let isClosed = false;
  return new Promise((resolve, reject) => {
    const room = {
      say: (body) => new Promise((done, failed) => {
        if (isClosed)
          return failed(new Error("closed"));
        const nonce = crypto.randomUUID();
        pending.set(nonce, { body, done, failed });
        send({ type: "say", nonce, body });
      }),
      close: () => end("closed")
    };
    open();
    function open() {
      socket = new WebSocket(url);
      socket.onopen = () => send({ type: "hello", ...token ? { token } : {}, ...seq === null ? {} : { resume: { seq } } });
      socket.onmessage = ({ data }) => receive(JSON.parse(String(data)));
      socket.onclose = ({ code }) => {
        if (isClosed)
          return;
        if (code >= FINAL_CLOSE_CODE_MIN || seq === null)
          return end(`the room closed with ${code}`);
        afterSpread(RECONNECT_WITHIN_MS, open);
      };
    }
    function receive(frame) {
      if (frame.type === "welcome") {
        if (!frame.resumed && frame.seq < (seq ?? 0))
          seq = 0;
        show(frame.entries);
        if (!frame.resumed)
          seq = frame.seq;
        resolve(room);
        for (const [nonce, { body }] of pending)
          send({ type: "say", nonce, body });
      } else if (frame.type === "entries")
        show(frame.entries);
      else if (frame.type === "erased")
        onErased?.(frame.userIds);
      else if (frame.type === "said")
        settle(frame.nonce, (line) => line.done({ id: frame.id, seq: frame.seq }));
      else if (frame.type === "refused" && frame.nonce)
        settle(frame.nonce, (line) => line.failed(new Error(frame.code)));
    }
    function show(entries) {
      for (const entry of entries) {
        if (entry.seq <= (seq ?? 0))
          continue;
        seq = entry.seq;
        onEntry?.(entry);
      }
    }
    function settle(nonce, how) {
      const line = pending.get(nonce);
      pending.delete(nonce);
      if (line)
        how(line);
    }
    function send(frame) {
      if (socket.readyState === WebSocket.OPEN)
        socket.send(JSON.stringify(frame));
    }
    function end(reason) {
      isClosed = true;
      socket.close();
      for (const { failed } of pending.values())
        failed(new Error(reason));
      pending.clear();
      reject(new Error(reason));
    }
  });
}

// edge/client/client.ts
var PREFIX = "/api/v1";
var METHODS = new Set(["get", "post", "put", "patch", "delete"]);
function createClient(origin, { token } = {}) {
  const base = origin.replace(/\/+$/, "") + PREFIX;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  function at(path) {
    return new Proxy(() => {}, {
      get: (_, name) => typeof name === "string" && name !== "then" ? at(`${path}/${name}`) : undefined,
      apply(_, __, args) {
        const end = path.lastIndexOf("/");
        const method = path.slice(end + 1);
        if (METHODS.has(method))
          return call(method, path.slice(0, end), args);
        const [value] = Object.values(args[0] ?? {});
        return at(`${path}/${encodeURIComponent(String(value))}`);
      }
    });
  }
  async function call(method, path, args) {
    const [body, options = {}] = method === "get" ? [undefined, ...args] : args;
    const { query, headers, signal } = options;
    const search = new URLSearchParams;
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined)
        search.set(name, value);
    const response = await fetch(`${base}${path}${search.size > 0 ? `?${search}` : ""}`, {
      method: method.toUpperCase(),
      headers: {
        ...authorization,
        ...body == null ? {} : { "content-type": "application/json" },
        ...headers
      },
      ...body == null ? {} : { body: JSON.stringify(body) },
      ...signal ? { signal } : {}
    });
    const value = await readValue(response);
    const { status } = response;
    const rest = { status, headers: response.headers, response };
    if (!response.ok)
      return { data: null, error: { status, value }, ...rest };
    return { data: value, error: null, ...rest };
  }
  return at("");
}
async function readValue(response) {
  const text = await response.text();
  if (text === "")
    return null;
  return /^application\/([\w.+-]+\+)?json\b/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
}
async function dataOf(call) {
  const { data, error } = await call;
  if (error)
    throw new ClientError(error.value);
  return data;
}

class ClientError extends Error {
  name = "ClientError";
  problem;
  constructor(value) {
    const problem = typeof value === "object" && value !== null && "code" in value ? value : null;
    super(problem ? `${problem.code}: ${problem.detail ?? problem.title}` : "the answer did not come from this API");
    this.problem = problem;
  }
}
export {
  ClientError,
  createClient,
  dataOf,
  joinRoom
};
