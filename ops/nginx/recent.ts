// Removes what nginx-rtmp wrote of streams and nobody needs any more (rtmp.conf.ts). ops/docker/nginx-start.sh does the same in its container.

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { RECENT_MS } from "./rtmp.conf.ts";

/** Never throws: a file may be gone, or the folder may not be there yet. */
export function removeOldRecent(folder: string, nowMs = Date.now()) {
  const quietly = <Value>(work: () => Value, otherwise: Value): Value => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  for (const name of quietly(() => readdirSync(folder), [])) {
    const file = join(folder, name);
    const writtenMs = quietly(() => statSync(file).mtimeMs, nowMs);
    if (nowMs - writtenMs > RECENT_MS) quietly(() => rmSync(file, { force: true }), undefined);
  }
}
