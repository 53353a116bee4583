// A process that floods an edge with chat joins. Arguments: url, channel, kind, addresses, seconds, concurrent sockets.
// `join`: open and close. `churn`: open, send hello, wait for the welcome, close. `rooms`: each join names another channel, most of them missing.
// Prints one line of JSON: Flood.

import { RawSocket } from "./raw-socket.ts";

export interface Flood {
  sent: number;
  perS: number;
  answers: Record<string, number>;
}

if (import.meta.main) {
  const [url = "", channel = "", kind = "join", addresses = "1", seconds = "5", atOnce = "50"] = process.argv.slice(2);
  const answers: Record<string, number> = {};
  const startMs = performance.now();
  const untilMs = startMs + Number(seconds) * 1_000;
  let sent = 0;
  const note = (what: string) => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  await Promise.all(
    Array.from({ length: Number(atOnce) }, async () => {
      while (performance.now() < untilMs) {
        const number = sent++;
        const address = `10.${(number % Number(addresses)) >> 8}.${(number % Number(addresses)) & 255}.1`;
        const room = kind === "rooms" ? `nobody${number % 10_000}` : channel;
        const path = `/api/v1/channels/${room}/chat`;
        try {
          const raw = await RawSocket.open({ url, path, headers: { "x-forwarded-for": address } });
          if (raw.status === 101 && kind === "churn") {
            raw.text('{"type":"hello"}');
            while (raw.closeCode === null && !raw.received.has(1)) await Bun.sleep(2);
          }
          if (raw.status === 101 && kind === "join") await raw.closedWithin(20);
          note(raw.closeCode === null ? String(raw.status) : `close ${raw.closeCode}`);
          raw.destroy();
        } catch {
          note("no answer");
        }
      }
    }),
  );
  const perS = Math.round(sent / ((performance.now() - startMs) / 1_000));
  console.log(JSON.stringify({ sent, perS, answers } satisfies Flood));
}
