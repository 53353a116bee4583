// A ladder's FFmpeg that misbehaves on demand: a script in its place runs the real FFmpeg unless the test has left an order for its node.

import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `die`: exits at once. `garbage`: writes bytes that are not MP4. `spin`: keeps a processor busy and writes nothing. */
export type Misbehaviour = "die" | "garbage" | "spin";

/** Orders are for ladders, which write to a socket; thumbnails are FFmpeg's too. A permanent order ends with `!`. Nodes pass their environment to FFmpeg, so the script knows its node. */
const script = (folder: string) => `#!/bin/sh
for last; do :; done
case "$last" in unix:*) ;; *) exec ffmpeg "$@" ;; esac
orders="${folder}/$NODE_NAME"
order=$(head -n 1 "$orders" 2>/dev/null)
case "$order" in "" | *!) ;; *) sed -i 1d "$orders" ;; esac
[ -n "$order" ] && echo "$$ $order" >> "$orders.done"
case "$order" in
  die*) exit 3 ;;
  garbage*) exec ffmpeg -nostdin -loglevel error -re -f s16le -i /dev/urandom -f s16le "$last" ;;
  spin*) while :; do :; done ;;
esac
exec ffmpeg "$@"
`;

export class FfmpegOrders {
  /** Path of the script, for FFMPEG_PATH. */
  readonly path: string;
  readonly #folder: string;

  constructor(data: string) {
    this.#folder = join(data, "ffmpeg-orders");
    mkdirSync(this.#folder, { recursive: true });
    this.path = join(this.#folder, "ffmpeg.sh");
    writeFileSync(this.path, script(this.#folder));
    chmodSync(this.path, 0o755);
  }

  /** Orders for the node's next FFmpeg processes, one each. */
  give(node: string, orders: Misbehaviour[]) {
    appendFileSync(this.#orders(node), orders.map((order) => `${order}\n`).join(""));
  }

  /** An order for all further FFmpeg processes of the node, until `takeBack`. */
  giveForGood(node: string, order: Misbehaviour) {
    writeFileSync(this.#orders(node), `${order}!\n`);
  }

  takeBack(node: string) {
    rmSync(this.#orders(node), { force: true });
  }

  /** Pids of processes that have followed an order. */
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
