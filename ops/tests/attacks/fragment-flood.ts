// A process that floods chat sockets with fragments of one byte, and of none. Arguments: url, channel. Prints one line of JSON: Flood.

import type { Flood } from "./join-flood.ts";
import { bytesOf, RawSocket } from "./raw-socket.ts";

const SOCKETS = 10;
const PER_BATCH = 1_000;
/** The fragments of one byte of all batches exceed the limit of a message; a socket gets so many of none, too. */
const BATCHES = 300;
const PAUSE_MS = 20;

const hello = Buffer.from('{"type":"hello"}');
const first = bytesOf({ opcode: 1, fin: false, payload: hello.subarray(0, 1) });
const last = bytesOf({ opcode: 0, payload: hello.subarray(1) });

/** So many continuations of a message, as one piece of bytes. */
function continuations(count: number, payload: Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => bytesOf({ opcode: 0, fin: false, payload })));
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
    raw.write(first);
    for (let n = 0; n < BATCHES && raw.closeCode === null; n++) {
      raw.write(batch);
      sent += PER_BATCH;
      await raw.drained();
      await Bun.sleep(PAUSE_MS);
    }
    raw.write(last);
    // The text is the answer to a hello.
    for (let waitedMs = 0; waitedMs < 3_000 && raw.closeCode === null && !raw.received.has(1); waitedMs += 50)
      await Bun.sleep(50);
    const outcome = raw.received.has(1) ? "welcome" : raw.closeCode === null ? "open" : `close ${raw.closeCode}`;
    answers[`${kind}: ${outcome}`] = (answers[`${kind}: ${outcome}`] ?? 0) + 1;
    raw.destroy();
  };
  const bytes = continuations(PER_BATCH, Buffer.from("a"));
  const none = continuations(PER_BATCH, new Uint8Array());
  await Promise.all(Array.from({ length: SOCKETS }, () => [flood("bytes", bytes), flood("none", none)]).flat());
  const perS = Math.round(sent / ((performance.now() - startMs) / 1_000));
  console.log(JSON.stringify({ sent, perS, answers } satisfies Flood));
}
