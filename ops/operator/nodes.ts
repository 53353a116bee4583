// `nodes`: lists actor nodes and edges with their load.

import { nodeViews } from "#edge/operator/nodes.ts";
import { UsageError } from "#ops/up/flags.ts";
import type { NodeView } from "#schema/api/cluster.ts";
import { type EdgeView, listEdges } from "./edge-status.ts";
import { duration, orDash, table } from "./format.ts";
import { withDatabase } from "./system.ts";
import type { Verb } from "./verb.ts";

export const nodes: Verb = {
  use: "nodes [--all] [--json]            actor nodes and edges: standing, load, actors, epoch bumps; --all: also nodes that died in the last hour",
  options: { all: "flag", json: "flag" },
  async run(words, { system, options, say }) {
    if (words.length > 0) throw new UsageError("nodes takes no words");
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
  if (items.length === 0) return ["no actor node is up: no channel can go live, see `npm run ops -- doctor`"];
  const rows = items.map((node) => [
    node.name,
    node.standing,
    `${node.used}/${node.slots}`,
    String(node.actors),
    orDash(node.epochBumps),
    orDash(node.fenced),
    `${duration(node.seenAgoMs)} ago`,
    duration(node.upMs),
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
