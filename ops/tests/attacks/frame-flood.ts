// A process that floods open chat sockets with frames. Arguments: url, channel. Prints one line of JSON: Flood.

import type { Flood } from "./join-flood.ts";
import { type FrameShape, RawSocket } from "./raw-socket.ts";

const SOCKETS = 10;
const PAUSE_MS = 20;

if (import.meta.main) {
  const [url = "", channel = ""] = process.argv.slice(2);
  const answers: Record<string, number> = {};
  const startMs = performance.now();
  const note = (code: number | null) => {
    const what = code === null ? "open" : `close ${code}`;
    answers[what] = (answers[what] ?? 0) + 1;
  };
  const open = () =>
    RawSocket.open({ url, path: `/api/v1/channels/${channel}/chat`, headers: { "x-forwarded-for": "198.51.100.4" } });
  /** Sends `batches` of `perBatch` frames on each of ten sockets, which reconnect when closed. Resolves with the number of frames sent. */
  const flood = async (frame: FrameShape, perBatch: number, batches: number) => {
    const counts = Array.from({ length: SOCKETS }, async () => {
      let raw = await open();
      let sent = 0;
      for (let batch = 0; batch < batches; batch++) {
        if (raw.closeCode !== null) {
          note(raw.closeCode);
          raw.destroy();
          raw = await open();
        }
        for (let index = 0; index < perBatch; index++) raw.send(frame);
        sent += perBatch;
        await raw.drained();
        await Bun.sleep(PAUSE_MS);
      }
      note(raw.closeCode);
      raw.destroy();
      return sent;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };
  const sent = await Promise.all([
    flood({ opcode: 9, payload: new Uint8Array(120) }, 250, 100), // Pings.
    flood({ opcode: 1, fin: false, payload: new Uint8Array(60 * 1024) }, 1, 10), // Unfinished frames.
    flood({ opcode: 1, payload: new Uint8Array(1024 * 1024) }, 1, 10), // Too large.
  ]);
  const all = sent.reduce((sum, count) => sum + count, 0);
  const perS = Math.round(all / ((performance.now() - startMs) / 1_000));
  console.log(JSON.stringify({ sent: all, perS, answers } satisfies Flood));
}
