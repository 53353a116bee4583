// The hooks of nginx-rtmp, on the internal port only. A stream key is never logged.

import { Elysia } from "elysia";
import type { EdgeWorld } from "#edge/world.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import { durations } from "./metrics.ts";
import { createPlay } from "./play.ts";
import { createPublish, type PublishParts } from "./publish.ts";
import { createPublishDone } from "./publish-done.ts";
import { accepted, done, refused } from "./response.ts";
import { parseRtmpHook, type RtmpHook } from "./rtmp-hook.ts";
import { createSessionChannels } from "./session-channels.ts";
import type { StreamKeyCheck } from "./stream-key-check.ts";

/** Values of the label `call`. The path of a request can be anything. */
const CALLS = new Set(["publish", "publish_done", "play", "update"]);

type HookWorld = Pick<EdgeWorld, "caller" | "clock" | "log">;

interface HookParts {
  keys: StreamKeyCheck;
  isOurs: PublishParts["isOurs"];
}

export function hookRoutes({ caller, clock, log }: HookWorld, { keys, isOurs }: HookParts) {
  const sessions = createSessionChannels();
  const publish = createPublish({ caller, clock, log, keys, sessions, isOurs });
  const play = createPlay(caller);
  const deliverPublishDone = createPublishDone({ caller, clock, log, keys, sessions });

  async function answer(call: string, hook: RtmpHook): Promise<Response> {
    if (call === "publish") {
      const outcome = await publish(hook);
      return outcome instanceof Refusal ? refused(call, outcome) : accepted(call, outcome);
    }
    if (call === "play") {
      const outcome = await play(hook);
      return outcome instanceof Refusal ? refused(call, outcome) : accepted(call);
    }
    if (call === "publish_done") void deliverPublishDone(hook);
    return done();
  }

  function failed(call: string, { session }: RtmpHook, error: unknown): Response {
    if (!(error instanceof Refusal)) {
      log.warn({ call, session: sessionKey(session), reason: reason(error) }, "hook failed");
      return refused(call, new Refusal("unavailable"));
    }
    // A guesser is refused very often, and the lockout was logged.
    if (error.code !== "rate_limited")
      log.info({ call, session: sessionKey(session), code: error.code }, "hook refused");
    return refused(call, error);
  }

  return new Elysia({ name: "hooks" }).post(
    "/hooks/rtmp/:call",
    async ({ params: { call }, request }) => {
      const { searchParams } = new URL(request.url);
      const hook = parseRtmpHook(searchParams, await request.text(), request.headers.get("x-hook-at"));
      if (!hook) return new Response(null, { status: 400 });
      const startMs = clock.monoMs();
      const response = await answer(call, hook).catch((error: unknown) => failed(call, hook, error));
      if (CALLS.has(call)) durations.observe({ call }, (clock.monoMs() - startMs) / 1_000);
      return response;
    },
    { parse: "none" },
  );
}
