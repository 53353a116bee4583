// Reads a request's body as a file. Size and time are limited while the body arrives, whatever its headers claim.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { FileBody } from "#schema/api/route.ts";

/** 10 MB take this long at 1.3 Mbit/s. */
const READ_WITHIN_MS = 60_000;

interface FileLimits {
  bytesMax: number;
  clock: Pick<Clock, "timer">;
}

export function fileBody({ body }: Request, { bytesMax, clock }: FileLimits): FileBody {
  return { read: async () => (body ? readFile(body.getReader(), { bytesMax, clock }) : new Uint8Array()) };
}

async function readFile(reader: ReadableStreamDefaultReader<Uint8Array>, { bytesMax, clock }: FileLimits) {
  let isLate = false;
  const leave = () => void reader.cancel().catch(() => {});
  const cancelTimer = clock.timer(READ_WITHIN_MS, () => {
    isLate = true;
    leave();
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new Refusal("timeout", "the file was cut off");
      });
      if (isLate) throw new Refusal("timeout", `the file did not arrive within ${READ_WITHIN_MS / 1_000} s`);
      if (done) return Uint8Array.from(Buffer.concat(chunks));
      length += value.byteLength;
      if (length > bytesMax) throw new Refusal("too_large", `a file has at most ${bytesMax} bytes here`);
      chunks.push(value);
    }
  } catch (error) {
    leave(); // Nobody reads the rest.
    throw error;
  } finally {
    cancelTimer();
  }
}
