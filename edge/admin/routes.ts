// /api/v1/admin/*: the operator's handles by HTTP, for role admin (contract §2).

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import { userById } from "#schema/queries/users.ts";
import { adminActorsQuery, adminNodesQuery, type NodeView } from "#schema/wire/admin.ts";
import { emptyBody } from "#schema/wire/http/channels.ts";
import { type Page, pageLimit } from "#schema/wire/http/fields.ts";
import type { AccessTokens, Who } from "../auth/access-token.ts";
import { signedIn } from "../auth/gate.ts";
import type { EdgeWorld } from "../world.ts";
import { listActors } from "./actors.ts";
import { listNodes, setDraining } from "./nodes.ts";
import { whereIs } from "./where.ts";

export function adminRoutes({ database, bus, clock, random, log }: EdgeWorld, { tokens }: { tokens: AccessTokens }) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/admin", normalize: false })
    .use(signedIn(tokens))
    .derive(async ({ who }) => {
      await mustBeAdmin(who); // Before the fields are looked at: who may not ask learns nothing of them.
      return {};
    })
    .get(
      "/nodes",
      async ({ query }): Promise<Page<NodeView>> => ({
        items: await listNodes(sql, { all: query.all === "true" }),
        nextCursor: null,
      }),
      { query: adminNodesQuery },
    )
    .post("/nodes/:node/drain", ({ params, who }) => drain(params.node, true, who), { body: emptyBody })
    .post("/nodes/:node/undrain", ({ params, who }) => drain(params.node, false, who), { body: emptyBody })
    .get(
      "/actors",
      ({ query }) =>
        listActors(sql, {
          node: query.node || null,
          awake: query.awake ? query.awake === "true" : null,
          limit: pageLimit(query),
          cursor: query.cursor || null,
        }),
      { query: adminActorsQuery },
    )
    .get("/channels/:channel/where", ({ params }) => whereIs({ sql, bus, clock, random }, params.channel));

  /** Asked anew each time: a token may be 15 minutes older than a demotion. */
  async function mustBeAdmin({ userId }: Who) {
    if ((await userById(sql, userId))?.role !== "admin") throw new Refusal("forbidden");
  }

  /** The node hands over at its own beat: ask `GET /nodes` how far it is. */
  async function drain(node: string, draining: boolean, { userId }: Who): Promise<NodeView> {
    const { incarnation, name } = await setDraining(sql, node, draining);
    log.info({ user: userId, peer: name, incarnation, draining }, "draining was set by hand");
    const view = (await listNodes(sql)).find((each) => each.incarnation === incarnation);
    if (!view) throw new Refusal("not_found");
    return view;
  }
}
