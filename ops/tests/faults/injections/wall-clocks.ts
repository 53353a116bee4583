// Wall clocks of single nodes that a test can change while the nodes run (libfaketime). Monotonic clocks stay correct, as when a machine's time is set.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** From Debian's package `faketime`; Bun's threads need this variant. */
const LIBRARY = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketimeMT.so.1`;

export interface WallClocks {
  /** Environment that puts these nodes under their clocks. */
  env: Record<string, string>;
  /** `+3600`, `-3600` (seconds), `+0 x1.05` (5 % too fast from now on); `+0` is correct. Takes effect when the node next reads the clock. */
  set(node: string, offset: string): void;
  remove(): void;
}

/** Reason why the library is missing here; null when it is there. */
export function wallClocksMissing(): string | null {
  return existsSync(LIBRARY) ? null : `${LIBRARY} is missing: the package faketime is not installed`;
}

export function makeWallClocks(nodes: string[]): WallClocks {
  const folder = mkdtempSync(join(tmpdir(), "clocks-"));
  const file = (node: string) => join(folder, node);
  const set = (node: string, offset: string) => writeFileSync(file(node), `${offset}\n`);
  const env: Record<string, string> = {};
  for (const node of nodes) {
    set(node, "+0");
    const own = (setting: string) => `${node.toUpperCase().replace("-", "_")}_${setting}`;
    env[own("LD_PRELOAD")] = LIBRARY;
    env[own("FAKETIME_TIMESTAMP_FILE")] = file(node);
    env[own("FAKETIME_NO_CACHE")] = "1";
    env[own("FAKETIME_DONT_FAKE_MONOTONIC")] = "1";
  }
  return { env, set, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
