// GET /api/v1/me/sessions, DELETE /api/v1/me/sessions/:id: one's devices, and signing them out from afar.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { DEVICES_MAX, type DeviceView, ownId } from "#schema/api/devices.ts";
import type { Page } from "#schema/api/fields.ts";
import type { Sql } from "#schema/database.ts";
import { type SignInRow, signInsOf } from "#schema/queries/accounts/devices.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { Audit } from "../../staff/audit-log.ts";
import { deviceName } from "./device-name.ts";
import type { SignIns } from "./sign-in.ts";

export interface DeviceParts {
  sql: Sql;
  gateway: Gateway;
  signIns: SignIns;
  audit: Audit;
}

export const deviceRoutes = ({ sql, gateway, signIns, audit }: DeviceParts) =>
  new Elysia({ prefix: "/api/v1/me/sessions", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ who }): Promise<Page<DeviceView>> => {
        const rows = await signInsOf(sql, who.userId, { countMax: DEVICES_MAX });
        return { items: rows.map((row) => view(row, who.signInId)), nextCursor: null };
      },
      { rule: { access: "signed-in", limit: "read" } },
    )
    .delete(
      "/:id",
      async ({ who, params, request, set }) => {
        if (!(await signIns.end(params.id, { userId: who.userId }))) throw new Refusal("not_found");
        const { address } = gateway.asked(request);
        await audit({ actorId: who.userId, act: "sign-in.ended", target: who.userId, address });
        set.status = 204;
      },
      { params: ownId, rule: { access: "signed-in", limit: "write" } },
    );

const view = ({ id, userAgent, address, method, createdAt, lastUsedAt }: SignInRow, current: string | null) => ({
  id,
  device: deviceName(userAgent),
  userAgent,
  address,
  method,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt.toISOString(),
  current: id === current,
});
