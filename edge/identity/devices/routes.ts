// Serves schema/api/devices.ts, and refresh and sign-out of schema/api/auth.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { refresh, signOut, signOutEverywhere } from "#schema/api/auth.ts";
import { DEVICES_MAX, type DeviceView, endDevice, listDevices } from "#schema/api/devices.ts";
import { type SignInRow, signInsOf } from "#schema/queries/accounts/devices.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { EmailSender } from "../email/sender.ts";
import { deviceName } from "./device-name.ts";
import type { Devices } from "./devices.ts";

interface DeviceRoutesParts {
  devices: Devices;
  emails: EmailSender;
  audit: Audit;
}

/** Codes after which the cookie is useless. */
const OVER = new Set(["not_signed_in", "token_reused", "suspended"]);

export function deviceRoutes({ database }: EdgeWorld, { devices, emails, audit }: DeviceRoutesParts): Served[] {
  const { sql } = database;

  return [
    serve(refresh, async ({ body, set, ...visit }) => {
      const presented = devices.presented(visit.request, body);
      if (!presented) throw new Refusal("not_signed_in");
      try {
        const { view, cookie } = await devices.refresh(presented, visit);
        set.headers["set-cookie"] = cookie;
        return view;
      } catch (error) {
        // Not when a store is away: then the cookie stays valid.
        if (error instanceof Refusal && OVER.has(error.code)) set.headers["set-cookie"] = devices.noCookie;
        if (error instanceof Refusal && error.code === "token_reused") {
          const { address } = visit;
          await audit({ actorId: null, act: "refresh-token.reused", target: presented.familyId, address });
        }
        throw error;
      }
    }),
    serve(signOut, async ({ body, request, set }) => {
      // Succeeds even if the device was signed out already.
      const presented = devices.presented(request, body);
      if (presented) await devices.signOut(presented.familyId);
      set.headers["set-cookie"] = devices.noCookie;
    }),
    serve(signOutEverywhere, async ({ body, set, ...visit }) => {
      const presented = devices.presented(visit.request, body);
      const ended = presented && (await devices.signOutAllOf(presented));
      if (!ended) throw new Refusal("not_signed_in");
      const { userId } = ended;
      await audit({ actorId: userId, act: "sign-in.all-ended", target: userId, address: visit.address });
      emails.notify(visit, { id: userId }, (notices, context) => notices.signedOutEverywhere(context));
      set.headers["set-cookie"] = devices.noCookie;
    }),
    serve(listDevices, async ({ who }) => {
      const rows = await signInsOf(sql, who.userId, { countMax: DEVICES_MAX });
      return { items: rows.map((row) => view(row, who.deviceId)), nextCursor: null };
    }),
    serve(endDevice, async ({ who, params, address }) => {
      if (!(await devices.signOut(params.id, { userId: who.userId }))) throw new Refusal("not_found");
      await audit({ actorId: who.userId, act: "sign-in.ended", target: who.userId, address });
    }),
  ];
}

function view(row: SignInRow, current: string | null): DeviceView {
  const { id, userAgent, address, method, createdAt, lastUsedAt } = row;
  return {
    id,
    device: deviceName(userAgent),
    userAgent,
    address,
    method,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    current: id === current,
  };
}
