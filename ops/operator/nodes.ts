// `nodes`: who runs here, how full, how long.

import { nodeViews } from "#edge/operator/nodes.ts";
import type { NodeView } from "#schema/api/cluster.ts";
import { type EdgeView, listEdges } from "./edges.ts";
import { withDatabase } from "./system.ts";
import { length, orDash, table } from "./table.ts";
import { type Verb, WrongUse } from "./verb.ts";

export const nodes: Verb = {
  use: "nodes [--all] [--json]            actor nodes and edges: standing, load, actors, epoch bumps; --all: the dead of the last hour too",
  options: { all: "flag", json: "flag" },
  async run(words, { system, options, say }) {
    if (words.length > 0) throw new WrongUse("nodes takes no words");
    const here = system();
    const [items, edges] = await Promise.all([
      withDatabase(here, (sql) => nodeViews(sql, { all: options.all === true })),
      listEdges(here.folder),
    ]);
    if (options.json) say(JSON.stringify({ items, edges }, null, 2));
    else for (const line of [...nodeLines(items), ...edgeLines(edges)]) say(line);
    return 0;
  },
};

function nodeLines(items: NodeView[]): string[] {
  if (items.length === 0) return ["no actor node lives: nothing can go live, see `npm run ops -- doctor`"];
  const rows = items.map((node) => [
    node.name,
    node.standing,
    `${node.used}/${node.slots}`,
    String(node.actors),
    orDash(node.epochBumps),
    orDash(node.fenced),
    `${length(node.seenAgoMs)} ago`,
    length(node.upMs),
    node.address,
    node.incarnation,
  ]);
  return table(
    ["node", "standing", "slots", "actors", "epoch bumps", "lost", "seen", "up", "address", "incarnation"],
    rows,
  );
}

function edgeLines(edges: EdgeView[]): string[] {
  if (edges.length === 0) return [];
  const rows = edges.map(({ name, standing, away, sockets, rooms, starts, address, internalAddress }) => [
    name,
    away.length > 0 ? `${standing} (away: ${away.join(", ")})` : standing,
    orDash(sockets),
    orDash(rooms),
    String(starts),
    address,
    internalAddress,
  ]);
  return ["", ...table(["edge", "standing", "sockets", "rooms", "starts", "address", "internal"], rows)];
}
