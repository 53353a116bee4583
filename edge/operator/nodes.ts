// The list of actor nodes for operators, and the draining flag.

import { Refusal } from "#runtime/actor/actor.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import type { NodeStanding, NodeView } from "#schema/api/cluster.ts";
import type { Sql } from "#schema/database.ts";
import { markDraining, type NodeOverview, nodeOverview } from "#schema/queries/operator/cluster.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { metricIn, readMetrics } from "./metrics-text.ts";
import { FiguresReader } from "./process-figures.ts";

/** A silent incarnation without actors is listed for this long, later only with `all`; one that has left only with `all`. */
const LISTED_FOR_MS = 60_000;

/** Reads the counters of each living node, concurrently, for at most a second. `figures`: of earlier calls; without it nothing is known of
 *  the cores that nodes use. */
export async function nodeViews(
  sql: Sql,
  { all = false, figures = new FiguresReader() }: { all?: boolean; figures?: FiguresReader } = {},
): Promise<NodeView[]> {
  const rows = await nodeOverview(sql);
  const listed = rows.filter((row) => all || row.actors > 0 || (!row.left && row.silentMs < LISTED_FOR_MS));
  return Promise.all(listed.map((row) => nodeView(row, figures)));
}

/**
 * `node`: the name of a living node, or an incarnation. Answers the marked incarnation. Throws Refusal `not_found`, and `validation_failed`
 * for a name that several living nodes have.
 */
export async function setDraining(
  sql: Sql,
  node: string,
  draining: boolean,
): Promise<{ incarnation: string; name: string }> {
  const named = (await nodeOverview(sql)).filter((row) => row.name === node || row.incarnation === node);
  const living = named.filter((row) => !row.left && row.silentMs <= SILENT_MS);
  const [one, another] = living;
  if (another) {
    const ids = living.map(({ incarnation }) => incarnation).join(", ");
    throw new FieldRefusal([
      { path: "node", message: `${living.length} living nodes have that name: name the incarnation, of ${ids}` },
    ]);
  }
  if (!one || !(await markDraining(sql, { incarnation: one.incarnation, draining })))
    throw new Refusal("not_found", "no living node has that name");
  return { incarnation: one.incarnation, name: one.name };
}

const standingOf = ({ left, silentMs, draining }: NodeOverview): NodeStanding =>
  left ? "left" : silentMs > SILENT_MS ? "silent" : draining ? "draining" : "up";

async function nodeView(row: NodeOverview, figures: FiguresReader): Promise<NodeView> {
  const { name, incarnation, address, draining, slots, used, actors, silentMs, startedAt, upMs } = row;
  const standing = standingOf(row);
  const metrics = standing === "left" || standing === "silent" ? null : await readMetrics(address);
  return {
    name,
    kind: "actor",
    incarnation,
    address,
    standing,
    draining,
    slots,
    used,
    actors,
    epochBumps: metricIn(metrics, "actor_activations_total"),
    fenced: metricIn(metrics, "actor_fenced_total"),
    broadcasts: metricIn(metrics, "broadcasts_running"),
    ...figures.read(incarnation, metrics),
    seenAgoMs: Math.max(0, Math.round(silentMs)),
    startedAt: startedAt.toISOString(),
    upMs: Math.max(0, Math.round(upMs)),
  };
}
