// An encoder whose pictures have numbers, which its user cuts off and which comes back a second later, as OBS does.

import { type Encoder, startEncoder } from "../support/encoder/encoder.ts";
import { numbered } from "../support/encoder/numbered.ts";
import { changed, programme } from "../support/encoder/programme.ts";
import { source } from "../support/encoder/sources.ts";

const AGAIN_MS = 1_000;
/** With 30 pictures a second 4 Mbit/s, whatever the picture needs. */
const PICTURE_BYTES = 16_000;

export interface NumberedEncoder {
  /** Of the picture that was made last. */
  readonly number: number;
  /** Publishes that were begun. */
  readonly starts: number;
  /** Largest delay behind its programme in any publish, ms. */
  readonly lateMs: number;
  /** Resets the connection. It comes back. */
  cut(): void;
  /** Ends it properly, for good. */
  end(): Promise<void>;
}

export async function startNumberedEncoder({ server, key }: { server: string; key: string }): Promise<NumberedEncoder> {
  const tags = await source("plain", { seconds: 30 });
  const numbering = { next: 1 };
  let [starts, lateMs, ended] = [0, 0, false];
  const begin = () => {
    starts++;
    const endless = programme(tags, { rounds: Number.POSITIVE_INFINITY });
    return startEncoder({ server, key, tags: changed(endless, numbered(numbering, { bytesMin: PICTURE_BYTES })) });
  };
  let current: Encoder = await begin();
  const keep = async () => {
    for (;;) {
      await current.closed;
      lateMs = Math.max(lateMs, current.lateMs);
      if (ended) return;
      await Bun.sleep(AGAIN_MS);
      current = await begin();
    }
  };
  const kept = keep();
  return {
    get number() {
      return numbering.next - 1;
    },
    get starts() {
      return starts;
    },
    get lateMs() {
      return Math.max(lateMs, current.lateMs);
    },
    cut: () => current.stop(),
    async end() {
      ended = true;
      await current.close();
      await kept;
    },
  };
}
