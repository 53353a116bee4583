// edge/client/clock.ts
var systemClock = {
  nowMs: () => performance.now(),
  after(ms, ring) {
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
  chance: () => Math.random()
};

// edge/client/errors.ts
class ClientError extends Error {
  name = "ClientError";
  problem;
  constructor(value) {
    const problem = typeof value === "object" && value !== null && "code" in value ? value : null;
    super(problem ? `${problem.code}: ${problem.detail ?? problem.title}` : "the answer did not come from this API");
    this.problem = problem;
  }
}

class RoomError extends Error {
  name = "RoomError";
  code;
  retryAfterMs;
  closeCode;
  constructor(code, message = code, { retryAfterMs = null, closeCode = null, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.closeCode = closeCode;
  }
}

// schema/wire/socket.ts
var FRAME_BYTES_MAX = 64 * 1024;
var close = {
  goingAway: 4000,
  noHello: 4002,
  tokenExpired: 4003,
  noProof: 4005,
  tooSlow: 4008,
  tooManySockets: 4029,
  badToken: 4501,
  channelGone: 4504,
  addressBlocked: 4507,
  tooManyMalformed: 4509
};
var FINAL_CLOSE_CODE_MIN = 4500;

// edge/client/backoff.ts
var spreadMs = (ms, chance) => ms * (0.5 + chance / 2);
var backoffMs = ({ firstMs, longestMs }, failures, chance) => spreadMs(Math.min(longestMs, firstMs * 2 ** failures), chance);

// edge/client/random-id.ts
var randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// edge/client/line-queue.ts
var WAITING_MAX = 100;
var REPEAT_WITHIN_MS = 30000;
var REPEATS = { firstMs: 500, longestMs: 5000 };

class LineQueue {
  clock;
  send;
  #lines = [];
  #cancelRepeat = () => {};
  constructor(clock, send) {
    this.clock = clock;
    this.send = send;
  }
  say(body, replyTo) {
    return new Promise((done, failed) => {
      if (this.#lines.length >= WAITING_MAX)
        return failed(new RoomError("too_many_waiting", `${WAITING_MAX} lines wait already`));
      const frame = {
        type: "say",
        nonce: randomId(),
        body,
        ...replyTo === undefined ? {} : { replyTo }
      };
      this.#lines.push({ frame, unavailableSinceMs: null, repeats: 0, done, failed });
      if (this.#lines.length === 1)
        this.send(frame);
    });
  }
  joined() {
    this.#cancelRepeat();
    const [first] = this.#lines;
    if (first)
      this.send(first.frame);
  }
  answered(frame) {
    const [line] = this.#lines;
    const isMalformed = frame.type === "refused" && frame.code === "bad_message";
    if (!line || frame.nonce !== line.frame.nonce && !isMalformed)
      return;
    if (frame.type === "refused" && frame.code === "unavailable" && this.#repeats(line, frame.retryAfterMs))
      return;
    this.#lines.shift();
    if (frame.type === "said")
      line.done({ id: frame.id, seq: frame.seq });
    else
      line.failed(new RoomError(frame.code, frame.detail ?? frame.code, { retryAfterMs: frame.retryAfterMs ?? null }));
    const [next] = this.#lines;
    if (next)
      this.send(next.frame);
  }
  end(error) {
    this.#cancelRepeat();
    for (const { failed } of this.#lines.splice(0))
      failed(error);
  }
  #repeats(line, retryAfterMs) {
    const nowMs = this.clock.nowMs();
    line.unavailableSinceMs ??= nowMs;
    if (nowMs - line.unavailableSinceMs >= REPEAT_WITHIN_MS)
      return false;
    const pauseMs = retryAfterMs ?? backoffMs(REPEATS, line.repeats, this.clock.chance());
    line.repeats++;
    this.#cancelRepeat();
    this.#cancelRepeat = this.clock.after(pauseMs, () => this.send(line.frame));
    return true;
  }
}

// schema/wire/proof.ts
var proofText = (challenge, solution) => `${challenge}:${solution}`;

// edge/client/proof.ts
var TRIES_AT_ONCE = 4000;
var fraction = (x) => (x - Math.floor(x)) * 2 ** 32 | 0;
var primes = [];
for (let n = 2;primes.length < 64; n++)
  if (primes.every((prime) => n % prime))
    primes.push(n);
var START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
var K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
var words = new Int32Array(64);
var rotated = (x, n) => x >>> n | x << 32 - n;
function zeroBits(text) {
  words.fill(0, 0, 16);
  const { length } = text;
  for (let i = 0;i <= length; i++)
    words[i >> 2] |= (i < length ? text.charCodeAt(i) : 128) << 24 - 8 * (i & 3);
  words[15] = length * 8;
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0;i < 64; i++) {
    if (i > 15) {
      const [x, y] = [words[i - 15], words[i - 2]];
      const small = rotated(x, 7) ^ rotated(x, 18) ^ x >>> 3;
      words[i] = words[i - 16] + small + words[i - 7] + (rotated(y, 17) ^ rotated(y, 19) ^ y >>> 10);
    }
    const big = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = h + big + (e & f ^ ~e & g) + K[i] + words[i] | 0;
    const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + (a & b ^ a & c ^ b & c);
    h = g;
    g = f;
    f = e;
    e = d + first | 0;
    d = c;
    c = b;
    b = a;
    a = first + second | 0;
  }
  return Math.clz32(a + START[0]);
}
async function solve(challenge, bits, rest) {
  for (let n = 0;; n++) {
    if (zeroBits(proofText(challenge, String(n))) >= bits)
      return String(n);
    if (n % TRIES_AT_ONCE === TRIES_AT_ONCE - 1)
      await rest();
  }
}

// edge/client/silence-watch.ts
var ASK_AFTER_MS = { shortest: 1000, longest: 15000 };
var LONG = 2;
var FORGET = 0.1;
var ANSWER_MS = { shortest: 1000, longest: 15000 };
var ROUND_TRIPS = 4;
var DOUBLINGS_MAX = 4;
var AGAIN_WITHIN_MS = 30000;
var LATE_MS = 500;
var between = (ms, { shortest, longest }) => Math.min(longest, Math.max(shortest, ms));

class SilenceWatch {
  clock;
  events;
  #heardMs = 0;
  #askedMs = null;
  #usualMs = ASK_AFTER_MS.longest;
  #roundTripMs = 0;
  #answers = 0;
  #patience = 1;
  #goneMs = null;
  #awaitedMs = null;
  #dueMs = 0;
  #cancel = () => {};
  #runs = false;
  constructor(clock, events) {
    this.clock = clock;
    this.events = events;
  }
  begin() {
    this.#runs = true;
    this.#heardMs = this.clock.nowMs();
    this.#askedMs = null;
    this.#awaitedMs = null;
    this.#answers = 0;
    this.#watch();
  }
  heard() {
    if (!this.#runs)
      return;
    const nowMs = this.clock.nowMs();
    const silentMs = nowMs - this.#heardMs;
    this.#heardMs = nowMs;
    this.#awaitedMs = null;
    if (this.#askedMs !== null) {
      this.#roundTripMs = Math.max(nowMs - this.#askedMs, this.#roundTripMs * (1 - FORGET));
      this.#askedMs = null;
      this.#answers++;
      return this.#watch();
    }
    this.#answers = 0;
    this.#usualMs = Math.max(silentMs, this.#usualMs * (1 - FORGET));
    if (this.#goneMs !== null && nowMs - this.#goneMs >= AGAIN_WITHIN_MS)
      this.#patience = 1;
    if (this.#askAtMs < this.#dueMs)
      this.#watch();
  }
  expect() {
    if (!this.#runs || this.#askedMs !== null)
      return;
    this.#awaitedMs ??= this.clock.nowMs();
    if (this.#askAtMs < this.#dueMs)
      this.#watch();
  }
  end() {
    this.#runs = false;
    this.#cancel();
  }
  get #askAtMs() {
    const { shortest, longest } = ASK_AFTER_MS;
    const longMs = between(LONG * this.#usualMs, ASK_AFTER_MS) * 2 ** Math.min(DOUBLINGS_MAX, this.#answers);
    const askAtMs = this.#heardMs + Math.min(longest, longMs);
    return this.#awaitedMs === null ? askAtMs : Math.min(askAtMs, this.#awaitedMs + shortest);
  }
  #watch() {
    const askAtMs = this.#askAtMs;
    this.#ring(Math.max(0, askAtMs - this.clock.nowMs()), () => this.clock.nowMs() < this.#askAtMs ? this.#watch() : this.#ask());
  }
  #ask() {
    this.#askedMs = this.clock.nowMs();
    this.#ring(this.#patience * between(ROUND_TRIPS * this.#roundTripMs, ANSWER_MS), () => this.#gone());
    this.events.ask();
  }
  #gone() {
    const nowMs = this.clock.nowMs();
    const isAgain = this.#goneMs !== null && nowMs - this.#goneMs < AGAIN_WITHIN_MS;
    this.#patience = isAgain ? Math.min(ANSWER_MS.longest / ANSWER_MS.shortest, 2 * this.#patience) : 2;
    this.#goneMs = nowMs;
    this.end();
    this.events.gone();
  }
  #ring(ms, then) {
    this.#cancel();
    this.#dueMs = this.clock.nowMs() + ms;
    const dueMs = this.#dueMs;
    this.#cancel = this.clock.after(ms, () => {
      if (this.clock.nowMs() - dueMs < LATE_MS)
        return then();
      this.#cancel = this.clock.after(LATE_MS, then);
    });
  }
}

// edge/client/socket.ts
var OPEN = 1;
var ownSocket = () => globalThis.WebSocket ?? null;

// edge/client/welcome-within.ts
var SOON_MS = 5000;
var LONGEST_MS = 15000;
var welcomeWithinMs = ({ wasWelcome, failures }) => wasWelcome ? Math.min(LONGEST_MS, SOON_MS * Math.max(1, failures)) : LONGEST_MS;

// edge/client/room-connection.ts
var PAUSES = { firstMs: 1000, longestMs: 30000 };
var CROWDED_MS = 15000;
var STABLE_AFTER_MS = 1e4;
var FINAL_CODES = {
  [close.badToken]: "bad_token",
  [close.channelGone]: "channel_gone",
  [close.tooManyMalformed]: "too_many_malformed"
};
function connectRoom(options, clock) {
  return new Promise((resolve, reject) => {
    const connection = new RoomConnection(options, clock, { resolve: () => resolve(room), reject });
    const room = {
      say: (body, { replyTo } = {}) => connection.say(body, replyTo),
      setHidden: (hidden) => connection.setHidden(hidden),
      close: () => connection.close()
    };
    connection.open();
  });
}

class RoomConnection {
  options;
  clock;
  joined;
  #url;
  #lines;
  #socket = null;
  #seq = null;
  #endedBy = null;
  #failures = 0;
  #byeMs = null;
  #token;
  #renew = false;
  #refusedToken;
  #welcomedAtMs = null;
  #silence;
  #isHidden = false;
  #cancelTimer = () => {};
  constructor(options, clock, joined) {
    this.options = options;
    this.clock = clock;
    this.joined = joined;
    const { origin, channel } = options;
    this.#url = `${origin.replace(/^http/, "ws").replace(/\/+$/, "")}/api/v1/channels/${encodeURIComponent(channel)}/chat`;
    this.#lines = new LineQueue(clock, (frame) => {
      if (this.#welcomedAtMs === null)
        return;
      this.#send(frame);
      this.#silence.expect();
    });
    this.#silence = new SilenceWatch(clock, { ask: () => this.#send({ type: "ping" }), gone: () => this.#abandon() });
  }
  say(body, replyTo) {
    if (this.#endedBy)
      return Promise.reject(this.#endedBy);
    return this.#lines.say(body, replyTo);
  }
  setHidden(hidden) {
    if (hidden === this.#isHidden)
      return;
    this.#isHidden = hidden;
    if (this.#welcomedAtMs !== null)
      this.#send({ type: "attention", hidden });
  }
  close() {
    this.#end(new RoomError("closed"), { byUs: true });
  }
  async open() {
    const WebSocket = this.options.WebSocket ?? ownSocket();
    if (!WebSocket)
      return this.#end(new RoomError("no_websocket", "this runtime has no WebSocket: give the one of the package ws"));
    try {
      const { token } = this.options;
      this.#token = typeof token === "function" ? await token(this.#renew) : token;
    } catch (error) {
      return this.#noToken(error);
    }
    if (this.#endedBy)
      return;
    if (this.#refusedToken !== undefined && this.#token === this.#refusedToken)
      return this.#end(new RoomError("token_expired", "the token has expired", { closeCode: close.tokenExpired }));
    this.#renew = false;
    this.#refusedToken = undefined;
    try {
      this.#connect(new WebSocket(this.#url));
    } catch (error) {
      this.#end(new RoomError("unreachable", `no connection to ${this.#url}`, { cause: error }));
    }
  }
  #noToken(error) {
    if (this.#endedBy)
      return;
    const status = error instanceof ClientError ? error.problem?.status ?? 0 : 0;
    const isFinal = status >= 400 && status < 500 && status !== 429;
    if (isFinal || this.#seq === null)
      this.#end(new RoomError("no_token", "there is no token", { cause: error }));
    else
      this.#pause(backoffMs(PAUSES, this.#failures++, this.clock.chance()));
  }
  #connect(socket) {
    this.#socket = socket;
    const mine = (handle) => {
      if (this.#socket === socket)
        handle();
    };
    socket.onopen = () => mine(() => {
      const seq = this.#seq;
      const token = this.#token;
      this.#send({ type: "hello", ...token ? { token } : {}, ...seq === null ? {} : { resume: { seq } } });
    });
    socket.onmessage = ({ data }) => mine(() => this.#receive(JSON.parse(String(data))));
    socket.onclose = ({ code }) => mine(() => this.#closed(code));
    socket.onerror = () => {};
    const withinMs = welcomeWithinMs({ wasWelcome: this.#seq !== null, failures: this.#failures });
    this.#timer(withinMs, () => this.#abandon());
  }
  #receive(frame) {
    this.#silence.heard();
    if (frame.type === "welcome")
      this.#welcomed(frame);
    else if (frame.type === "challenge")
      this.#prove(frame);
    else if (frame.type === "entries")
      this.#show(frame.entries);
    else if (frame.type === "pinned")
      this.options.onPinned?.(frame.pinned);
    else if (frame.type === "poll")
      this.options.onPoll?.(frame.poll);
    else if (frame.type === "raid")
      this.#raid(frame);
    else if (frame.type === "erased")
      this.options.onErased?.(frame.userIds);
    else if (frame.type === "said" || frame.type === "refused")
      this.#lines.answered(frame);
    else if (frame.type === "bye")
      this.#byeMs = frame.retryAfterMs;
  }
  async#prove({ challenge, bits, expiresInMs }) {
    const socket = this.#socket;
    this.#timer(expiresInMs, () => this.#abandon());
    const rest = () => new Promise((resolve) => this.clock.after(0, resolve));
    const solution = await solve(challenge, bits, rest);
    if (this.#socket === socket)
      this.#send({ type: "proof", challenge, solution });
  }
  #welcomed(frame) {
    this.#welcomedAtMs = this.clock.nowMs();
    this.#cancelTimer();
    this.#silence.begin();
    if (this.#isHidden)
      this.#send({ type: "attention", hidden: true });
    if (!frame.resumed && frame.seq < (this.#seq ?? 0))
      this.#seq = 0;
    this.#show(frame.entries);
    if (!frame.resumed && frame.entries.length === 0)
      this.#seq = frame.seq;
    const { pinned, poll, raid } = frame;
    if (pinned !== undefined)
      this.options.onPinned?.(pinned);
    if (poll)
      this.options.onPoll?.(poll);
    if (raid)
      this.options.onRaid?.(raid);
    this.joined.resolve();
    this.#lines.joined();
  }
  #raid({ type: _, ...raid }) {
    this.options.onRaid?.(raid);
  }
  #show(entries) {
    for (const entry of entries) {
      if (this.#endedBy)
        return;
      if (entry.seq <= (this.#seq ?? 0))
        continue;
      this.#seq = entry.seq;
      if (entry.kind === "line")
        this.options.onEntry?.(entry);
      else if (entry.kind === "deleted" || entry.kind === "cleared" || entry.kind === "notice")
        this.options.onModeration?.(entry);
    }
  }
  #closed(code) {
    this.#socket = null;
    this.#cancelTimer();
    this.#silence.end();
    const wasOpenMs = this.#welcomedAtMs === null ? null : this.clock.nowMs() - this.#welcomedAtMs;
    this.#welcomedAtMs = null;
    if (code >= FINAL_CLOSE_CODE_MIN && code < 5000)
      return this.#end(new RoomError(FINAL_CODES[code] ?? "closed", `closed with ${code}`, { closeCode: code }));
    const isOurs = code >= 4000 && code < FINAL_CLOSE_CODE_MIN;
    if (this.#seq === null && !isOurs)
      return this.#end(new RoomError("unreachable", `no connection to ${this.#url}`, { closeCode: code }));
    if (wasOpenMs !== null && wasOpenMs >= STABLE_AFTER_MS)
      this.#failures = 0;
    const isExpired = code === close.tokenExpired;
    this.#renew = isExpired;
    this.#refusedToken = isExpired && wasOpenMs === null ? this.#token : undefined;
    const pauseMs = backoffMs(PAUSES, this.#failures, this.clock.chance());
    const byeMs = this.#byeMs;
    this.#byeMs = null;
    if (byeMs !== null)
      this.#pause(byeMs);
    else if (code === close.tooManySockets)
      this.#pause(CROWDED_MS + pauseMs);
    else
      this.#pause(isExpired && this.#failures === 0 ? 0 : pauseMs);
    this.#failures++;
  }
  #pause(ms) {
    this.#timer(ms, () => void this.open());
  }
  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed(1006);
  }
  #timer(ms, ring) {
    this.#cancelTimer();
    this.#cancelTimer = this.clock.after(ms, ring);
  }
  #send(frame) {
    if (this.#socket?.readyState === OPEN)
      this.#socket.send(JSON.stringify(frame));
  }
  #end(error, { byUs = false } = {}) {
    if (this.#endedBy)
      return;
    this.#endedBy = error;
    this.#cancelTimer();
    this.#silence.end();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#lines.end(error);
    const wasJoined = this.#seq !== null;
    this.joined.reject(error);
    if (wasJoined && !byUs)
      this.options.onClose?.(error);
  }
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
        search.set(name, String(value));
    const response = await fetch(`${base}${path}${search.size > 0 ? `?${search}` : ""}`, {
      method: method.toUpperCase(),
      headers: {
        ...authorization,
        ...body == null || body instanceof Blob ? {} : { "content-type": "application/json" },
        ...headers
      },
      ...body == null ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) },
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
var joinRoom = (options) => connectRoom(options, systemClock);
export {
  ClientError,
  RoomError,
  createClient,
  dataOf,
  joinRoom
};
