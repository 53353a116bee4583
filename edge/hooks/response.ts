// What nginx-rtmp gets as the answer of a hook, counted by call and outcome.

import type { Refusal } from "#runtime/actor/actor.ts";
import { errors } from "#schema/api/error-codes.ts";
import { failures, hooks } from "./metrics.ts";

/** 204, or 302 with a new name: nginx-rtmp renames the stream to a bare name in `location`. */
export function accepted(call: "publish" | "play", publicName?: string): Response {
  hooks.inc({ call, outcome: "accepted" });
  if (publicName === undefined) return done();
  return new Response(null, { status: 302, headers: { location: publicName } });
}

/** 503 for a failure of this edge: nginx asks the next one. 403 for everything that the next edge would refuse too. */
export function refused(call: string, { code }: Refusal): Response {
  hooks.inc({ call, outcome: code });
  const known = code in errors ? errors[code as keyof typeof errors] : errors.internal;
  const isOurs = known.retry && code !== "take_over_limit" && code !== "rate_limited";
  if (isOurs) failures.inc({ call, code });
  return new Response(null, { status: isOurs ? 503 : 403 });
}

/** For a call whose outcome nginx does not wait for. */
export const done = () => new Response(null, { status: 204 });
