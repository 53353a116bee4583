// The least that a chat's server must do, for baselines on any runtime: no store, no rules, one frame for each line.

let seq = 0;
const author = {
  id: crypto.randomUUID(),
  login: "load_bot_00001",
  displayName: "load_bot_00001",
  color: "#2f6fdb",
  badges: [],
};

/**
 * Takes a client's frame; what is said goes to everybody at once.
 * @param {string} text
 * @param {{ answer(frame: object): void; join(): void; publish(frame: object): void }} to
 */
export function take(text, { answer, join, publish }) {
  const frame = JSON.parse(text);
  if (frame.type === "hello") {
    answer({ type: "welcome", protocol: 1, you: null, seq, viewers: 1, resumed: false, entries: [] });
    join();
  } else if (frame.type === "say") {
    const entry = {
      seq: ++seq,
      at: new Date().toISOString(),
      kind: "line",
      id: crypto.randomUUID(),
      user: author,
      body: frame.body,
    };
    publish({ type: "entries", entries: [entry] });
    answer({ type: "said", nonce: frame.nonce, id: entry.id, seq: entry.seq });
  }
}
