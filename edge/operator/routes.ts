// Serves schema/api/cluster.ts, for admins: nodes and actors. Routes about people: edge/staff.

import { Refusal } from "#runtime/actor/actor.ts";
import { drainNode, listActors, listNodes, locateChannel, type NodeView, undrainNode } from "#schema/api/cluster.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { inTransaction } from "#schema/transaction.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import { audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { actorPage } from "./actors.ts";
import { nodeViews, setDraining } from "./nodes.ts";
import { FiguresReader } from "./process-figures.ts";
import { whereIs } from "./where.ts";

export function operatorRoutes({ database, bus, clock, random, log }: EdgeWorld): Served[] {
  const { sql } = database;
  const figures = new FiguresReader(clock);

  return [
    serve(listNodes, async ({ query }) => ({
      items: await nodeViews(sql, { all: query.all ?? false, figures }),
      nextCursor: null,
    })),
    serve(drainNode, ({ params, ...visit }) => drain(params.node, true, visit)),
    serve(undrainNode, ({ params, ...visit }) => drain(params.node, false, visit)),
    serve(listActors, ({ query }) =>
      actorPage(sql, {
        node: query.node ?? null,
        awake: query.awake ?? null,
        limit: pageLimit(query),
        cursor: query.cursor ?? null,
      }),
    ),
    serve(locateChannel, ({ channel }) => whereIs({ sql, bus, clock, random }, channel)),
  ];

  /** Only sets the flag: the node hands over by itself, and `GET /nodes` shows its progress. */
  async function drain(
    node: string,
    draining: boolean,
    { who, address }: { who: Who; address: string },
  ): Promise<NodeView> {
    const { incarnation, name } = await inTransaction(sql, async (sql) => {
      const marked = await setDraining(sql, node, draining);
      await audit(sql, {
        id: random.uuid(clock.wallMs()),
        actorId: who.userId,
        act: draining ? "node.drained" : "node.undrained",
        target: marked.incarnation,
        address,
        detail: { name: marked.name },
      });
      return marked;
    });
    log.info({ user: who.userId, peer: name, incarnation, draining }, "draining was set by hand");
    const view = (await nodeViews(sql, { figures })).find((each) => each.incarnation === incarnation);
    if (!view) throw new Refusal("not_found");
    return view;
  }
}
