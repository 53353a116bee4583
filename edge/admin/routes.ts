// /api/v1/admin/*: the operator's handles by HTTP, for role admin (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import { adminActorsQuery, adminNodesQuery, type NodeView } from "#schema/wire/admin.ts";
import { emptyBody } from "#schema/wire/http/channels.ts";
import { type Page, pageLimit } from "#schema/wire/http/fields.ts";
import type { Who } from "../auth/who.ts";
import { type Rule, rules } from "../gateway/access.ts";
import type { EdgeWorld } from "../world.ts";
import { listActors } from "./actors.ts";
import { listNodes, setDraining } from "./nodes.ts";
import { whereIs } from "./where.ts";

const rule: Rule = { access: "admin", scope: "admin", limit: "admin" };

export function adminRoutes({ database, bus, clock, random, log }: EdgeWorld) {
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
    .post("/nodes/:node/drain", ({ params, who }) => drain(params.node, true, who), { body: emptyBody, rule })
    .post("/nodes/:node/undrain", ({ params, who }) => drain(params.node, false, who), { body: emptyBody, rule })
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
  async function drain(node: string, draining: boolean, { userId }: Who): Promise<NodeView> {
    const { incarnation, name } = await setDraining(sql, node, draining);
    log.info({ user: userId, peer: name, incarnation, draining }, "draining was set by hand");
    const view = (await listNodes(sql)).find((each) => each.incarnation === incarnation);
    if (!view) throw new Refusal("not_found");
    return view;
  }
}
