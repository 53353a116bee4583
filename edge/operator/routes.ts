// The operator's handles by HTTP, for role admin: schema/api/cluster.ts, served. What staff does about people is in edge/staff.

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
import { whereIs } from "./where.ts";

export function operatorRoutes({ database, bus, clock, random, log }: EdgeWorld): Served[] {
  const { sql } = database;

  return [
    serve(listNodes, async ({ query }) => ({
      items: await nodeViews(sql, { all: query.all === "true" }),
      nextCursor: null,
    })),
    serve(drainNode, ({ params, ...asked }) => drain(params.node, true, asked)),
    serve(undrainNode, ({ params, ...asked }) => drain(params.node, false, asked)),
    serve(listActors, ({ query }) =>
      actorPage(sql, {
        node: query.node || null,
        awake: query.awake ? query.awake === "true" : null,
        limit: pageLimit(query),
        cursor: query.cursor || null,
      }),
    ),
    serve(locateChannel, ({ channel }) => whereIs({ sql, bus, clock, random }, channel)),
  ];

  /** The node hands over at its own beat: ask `GET /nodes` how far it is. */
  async function drain(
    node: string,
    draining: boolean,
    { who, address }: { who: Who; address: string },
  ): Promise<NodeView> {
    const { incarnation, name } = await inTransaction(sql, async (sql) => {
      const told = await setDraining(sql, node, draining);
      await audit(sql, {
        id: random.uuid(clock.wallMs()),
        actorId: who.userId,
        act: draining ? "node.drained" : "node.undrained",
        target: told.incarnation,
        address,
        detail: { name: told.name },
      });
      return told;
    });
    log.info({ user: who.userId, peer: name, incarnation, draining }, "draining was set by hand");
    const view = (await nodeViews(sql)).find((each) => each.incarnation === incarnation);
    if (!view) throw new Refusal("not_found");
    return view;
  }
}
