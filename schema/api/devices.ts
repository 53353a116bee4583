// `/api/v1/me/sessions`: where somebody is signed in.

import { t } from "elysia";
import { UUID_PATTERN } from "../wire/ids.ts";
import { strict } from "./fields.ts";

/** What is no id of ours is the id of nothing: 404. */
export const ownId = t.Object(
  { id: t.String({ pattern: `^${UUID_PATTERN}$`, maxLength: 36, description: "an id" }) },
  strict,
);

/** Devices of one user: one more, and the one used longest ago is signed out. */
export const DEVICES_MAX = 100;

export interface DeviceView {
  id: string;
  /** `Firefox on Linux`; `unknown` when it does not say. */
  device: string;
  userAgent: string;
  /** Of its last refresh. */
  address: string;
  /** `password`, or `oauth:` and the provider. */
  method: string;
  createdAt: string;
  /** When it signed in or refreshed last: at most 15 minutes before it last did anything. */
  lastUsedAt: string;
  /** The one that asks. */
  current: boolean;
}
