// A process that floods chat sockets with fragments of one byte, and of none. Arguments: url, channel. Prints one line of JSON: Flood.

import { patient } from "#schema/testing-slowness.ts";
import type { Flood } from "./join-flood.ts";
import { bytesOf, RawSocket } from "./raw-socket.ts";

const SOCKETS = 10;
const PER_BATCH = 4_000;
/** The fragments of one byte of all batches exceed the limit of a message; a socket gets so many of none, too. */
const BATCHES = 75;
const PAUSE_MS = 80;
const ANSWERED_WITHIN_MS = patient(10_000);

const ping = Buffer.from('{"type":"ping"}');
const first = bytesOf({ opcode: 1, fin: false, payload: ping.subarray(0, 1) });
const last = bytesOf({ opcode: 0, payload: ping.subarray(1) });

/** So many continuations of a message, as one piece of bytes. */
function continuations(count: number, payload: Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => bytesOf({ opcode: 0, fin: false, payload })));
}

/** Whether a text with that word comes in time, and before the socket is closed. */
function hears(raw: RawSocket, word: string): Promise<boolean> {
  const heard = new Promise<true>((resolve) => {
    raw.onText = (text) => text.includes(word) && resolve(true);
  });
  const ended = Promise.race([raw.closed.promise, Bun.sleep(ANSWERED_WITHIN_MS)]);
  return Promise.race([heard, ended.then(() => false)]);
}

if (import.meta.main) {
  const [url = "", channel = ""] = process.argv.slice(2);
  const answers: Record<string, number> = {};
  let sent = 0;
  const startMs = performance.now();
  const flood = async (kind: string, batch: Buffer) => {
    const raw = await RawSocket.open({
      url,
      path: `/api/v1/channels/${channel}/chat`,
      headers: { "x-forwarded-for": "198.51.100.5" },
    });
    // Otherwise an edge closes the socket after 10 s, which is not what is tried here.
    const welcome = hears(raw, "{");
    raw.text('{"type":"hello"}');
    await welcome;
    raw.write(first);
    for (let n = 0; n < BATCHES && raw.closeCode === null; n++) {
      raw.write(batch);
      sent += PER_BATCH;
      await raw.drained();
      await Bun.sleep(PAUSE_MS);
    }
    const answer = hears(raw, '"pong"');
    raw.write(last);
    const isAnswered = await answer;
    const outcome = isAnswered ? "answered" : raw.closeCode === null ? "open" : `close ${raw.closeCode}`;
    answers[`${kind}: ${outcome}`] = (answers[`${kind}: ${outcome}`] ?? 0) + 1;
    raw.destroy();
  };
  const bytes = continuations(PER_BATCH, Buffer.from("a"));
  const none = continuations(PER_BATCH, new Uint8Array());
  await Promise.all(Array.from({ length: SOCKETS }, () => [flood("bytes", bytes), flood("none", none)]).flat());
  const perS = Math.round(sent / ((performance.now() - startMs) / 1_000));
  console.log(JSON.stringify({ sent, perS, answers } satisfies Flood));
}
