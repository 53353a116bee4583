// Serves schema/api/staff-pictures.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Act, AuditDetail } from "#schema/api/audit.ts";
import {
  putCategoryPicture,
  removeCategoryPicture,
  takeDownBanner,
  takeDownPortrait,
  takeDownPoster,
} from "#schema/api/staff-pictures.ts";
import { categoryIdOf } from "#schema/queries/channels/categories.ts";
import { staffUser } from "#schema/queries/operator/users.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import type { PictureKeeper } from "./keeper.ts";

interface Asked {
  who: Who;
  address: string;
}

/** An act is in the audit log before it is done. */
export function staffPictureRoutes(world: EdgeWorld, { keeper }: { keeper: PictureKeeper }): Served[] {
  const { sql } = world.database;
  const write = createAudit(world);
  const note = ({ who, address }: Asked, act: Act, detail: AuditDetail, target = "") =>
    write({ actorId: who.userId, act, target, address, detail });

  return [
    serve(putCategoryPicture, async ({ who, address, params: { slug }, body: file }) => {
      const id = await categoryOf(slug);
      await note({ who, address }, "category.changed", { slug });
      return { url: await keeper.keep({ kind: "category", id }, { file, userId: who.userId }) };
    }),
    serve(removeCategoryPicture, async ({ who, address, params: { slug } }) => {
      const id = await categoryOf(slug);
      await note({ who, address }, "category.changed", { slug });
      await keeper.remove({ kind: "category", id });
    }),
    serve(takeDownPortrait, async ({ who, address, params: { login }, query: { reason = "" } }) => {
      const user = await staffUser(sql, login);
      if (!user) throw new Refusal("not_found");
      await note({ who, address }, "picture.removed", { picture: "portrait", reason }, user.id);
      await keeper.remove({ kind: "portrait", id: user.id });
    }),
    serve(takeDownBanner, async ({ who, address, channel, query: { reason = "" } }) => {
      await note({ who, address }, "picture.removed", { picture: "banner", reason }, channel.id);
      await keeper.remove({ kind: "banner", id: channel.id });
    }),
    serve(takeDownPoster, async ({ who, address, params: { id }, query: { reason = "" } }) => {
      await note({ who, address }, "picture.removed", { picture: "poster", reason }, id);
      await keeper.remove({ kind: "poster", id });
    }),
  ];

  async function categoryOf(slug: string): Promise<string> {
    const id = await categoryIdOf(sql, slug);
    if (!id) throw new Refusal("not_found");
    return id;
  }
}
