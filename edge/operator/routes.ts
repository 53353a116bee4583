// /api/v1/admin/*: the operator's handles by HTTP, for role admin (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { emptyBody } from "#schema/api/channels.ts";
import { adminActorsQuery, adminNodesQuery, type NodeView } from "#schema/api/cluster.ts";
import { type Page, pageLimit } from "#schema/api/fields.ts";
import { inTransaction } from "#schema/transaction.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type Rule, rules } from "../gateway/rules/access.ts";
import type { Who } from "../identity/tokens/who.ts";
import { audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { listActors } from "./actors.ts";
import { listNodes, setDraining } from "./nodes.ts";
import { whereIs } from "./where.ts";

const rule: Rule = { access: "admin", scope: "admin", limit: "admin" };

export function adminRoutes({ database, bus, clock, random, log }: EdgeWorld, { gateway }: { gateway: Gateway }) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/admin", normalize: false })
    .use(rules)
    .get(
      "/nodes",
      async ({ query }): Promise<Page<NodeView>> => ({
        items: await listNodes(sql, { all: query.all === "true" }),
        nextCursor: null,
      }),
      { query: adminNodesQuery, rule },
    )
    .post("/nodes/:node/drain", ({ params, ...asked }) => drain(params.node, true, asked), { body: emptyBody, rule })
    .post("/nodes/:node/undrain", ({ params, ...asked }) => drain(params.node, false, asked), { body: emptyBody, rule })
    .get(
      "/actors",
      ({ query }) =>
        listActors(sql, {
          node: query.node || null,
          awake: query.awake ? query.awake === "true" : null,
          limit: pageLimit(query),
          cursor: query.cursor || null,
        }),
      { query: adminActorsQuery, rule },
    )
    .get("/channels/:channel/where", ({ params }) => whereIs({ sql, bus, clock, random }, params.channel), {
      rule,
    });

  /** The node hands over at its own beat: ask `GET /nodes` how far it is. */
  async function drain(
    node: string,
    draining: boolean,
    { who: { userId }, request }: { who: Who; request: Request },
  ): Promise<NodeView> {
    const { incarnation, name } = await inTransaction(sql, async (sql) => {
      const told = await setDraining(sql, node, draining);
      const act = draining ? "node.drained" : "node.undrained";
      const { address } = gateway.asked(request);
      const entry = {
        id: random.uuid(clock.wallMs()),
        actorId: userId,
        act,
        target: told.incarnation,
        address,
      } as const;
      await audit(sql, { ...entry, detail: { name: told.name } });
      return told;
    });
    log.info({ user: userId, peer: name, incarnation, draining }, "draining was set by hand");
    const view = (await listNodes(sql)).find((each) => each.incarnation === incarnation);
    if (!view) throw new Refusal("not_found");
    return view;
  }
}
