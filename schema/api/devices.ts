// The asker's devices (`/api/v1/me/sessions`).

import type { Static } from "elysia";
import { idParams } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, id, moment, pageOf, text } from "./shapes.ts";

/** Devices per user; over it the least recently used one is signed out. */
export const DEVICES_MAX = 100;

/** How the user authenticated when the device signed in. */
export type SignInMethod = "password" | `oauth:${string}`;

export const deviceAnswer = answer("Device", {
  id,
  /** `Firefox on Linux`; `unknown` without a usable User-Agent. */
  device: text,
  userAgent: text,
  /** Of its last refresh. */
  address: text,
  /** `password`, or `oauth:` and the provider. */
  method: text,
  createdAt: moment,
  /** Time of its sign-in or last refresh: at most 15 minutes before its last request. */
  lastUsedAt: moment,
  /** True for the device that sent the request. */
  current: bool,
});
export type DeviceView = Static<typeof deviceAnswer>;

export const listDevices = route("GET /api/v1/me/sessions", {
  access: "signed-in",
  limit: "read",
  answers: { 200: pageOf(deviceAnswer) },
  summary: "Devices that are signed in",
});

export const endDevice = route("DELETE /api/v1/me/sessions/:id", {
  access: "signed-in",
  limit: "write",
  params: idParams,
  answers: { 204: null },
  summary: "Sign a device out",
});
