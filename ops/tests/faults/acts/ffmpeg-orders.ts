// FFmpeg that misbehaves on order: a script in its place that runs the real one unless its node was told otherwise.

import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `die`: ends at once. `garbage`: writes what is no MP4. `spin`: keeps a processor busy and writes nothing. */
export type Misbehaviour = "die" | "garbage" | "spin";

/** An order ends with `!` when it holds for good. Nodes hand their own environment to FFmpeg, so it knows whose it is. */
const script = (folder: string) => `#!/bin/sh
orders="${folder}/$NODE_NAME"
order=$(head -n 1 "$orders" 2>/dev/null)
case "$order" in "" | *!) ;; *) sed -i 1d "$orders" ;; esac
[ -n "$order" ] && echo "$$ $order" >> "$orders.done"
for last; do :; done
case "$order" in
  die*) exit 3 ;;
  garbage*) exec ffmpeg -nostdin -loglevel error -re -f s16le -i /dev/urandom -f s16le "$last" ;;
  spin*) while :; do :; done ;;
esac
exec ffmpeg "$@"
`;

export class FfmpegOrders {
  /** For FFMPEG_PATH. */
  readonly path: string;
  readonly #folder: string;

  constructor(data: string) {
    this.#folder = join(data, "ffmpeg-orders");
    mkdirSync(this.#folder, { recursive: true });
    this.path = join(this.#folder, "ffmpeg.sh");
    writeFileSync(this.path, script(this.#folder));
    chmodSync(this.path, 0o755);
  }

  /** The node's next FFmpeg processes do this, one order each. */
  give(node: string, orders: Misbehaviour[]) {
    appendFileSync(this.#orders(node), orders.map((order) => `${order}\n`).join(""));
  }

  /** All of the node's FFmpeg processes from now on, until `takeBack`. */
  giveForGood(node: string, order: Misbehaviour) {
    writeFileSync(this.#orders(node), `${order}!\n`);
  }

  takeBack(node: string) {
    rmSync(this.#orders(node), { force: true });
  }

  /** Pids that followed an order so far. */
  followed(node: string): number[] {
    const file = `${this.#orders(node)}.done`;
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").trim().split("\n");
    return lines.map((line) => Number.parseInt(line, 10));
  }

  #orders(node: string) {
    return join(this.#folder, node);
  }
}
