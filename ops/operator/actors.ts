// `actors`: lists actors with owner and phase, last claimed first.

import { actorPage } from "#edge/operator/actors.ts";
import { UsageError } from "#ops/up/flags.ts";
import type { ActorView } from "#schema/api/cluster.ts";
import { orDash, table, wakeTime } from "./format.ts";
import { withDatabase } from "./system.ts";
import { type Verb, wholeNumber } from "./verb.ts";

const LIMIT = { fallback: 50, min: 1, max: 1_000 };

export const actors: Verb = {
  use: "actors [--node <name>] [--awake] [--limit 50] [--cursor <text>] [--json]    actors and their owners, last claimed first",
  options: { node: "text", awake: "flag", limit: "text", cursor: "text", json: "flag" },
  async run(words, { system, options, say }) {
    if (words.length > 0) throw new UsageError("actors takes no words: filter with --node and --awake");
    const page = await withDatabase(system(), (sql) =>
      actorPage(sql, {
        node: typeof options.node === "string" ? options.node : null,
        awake: options.awake ? true : null,
        limit: wholeNumber(options, "limit", LIMIT),
        cursor: typeof options.cursor === "string" ? options.cursor : null,
      }),
    );
    if (options.json) say(JSON.stringify(page, null, 2));
    else {
      for (const line of lines(page.items)) say(line);
      if (page.nextCursor) say(`more: --cursor ${page.nextCursor}`);
    }
    return 0;
  },
};

function lines(items: ActorView[]): string[] {
  if (items.length === 0) return ["none"];
  const rows = items.map((actor) => [
    actor.kind,
    actor.login ?? "-",
    actor.standing,
    orDash(actor.phase),
    String(actor.epoch),
    String(actor.version),
    actor.node ?? orDash(actor.incarnation),
    wakeTime(actor.wakeAt),
    actor.claimedAt,
    actor.key,
  ]);
  return table(["kind", "login", "standing", "phase", "epoch", "version", "node", "wake at", "claimed", "key"], rows);
}
