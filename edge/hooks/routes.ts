// nginx-rtmp asks: may this encoder publish, may this player pull? On the internal port only; no key is ever logged.

import { Elysia } from "elysia";
import type { EdgeWorld } from "#edge/world.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { within } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { type PublishAnswer, sessionKey } from "#schema/wire/channel.ts";
import { errors } from "#schema/wire/errors.ts";
import type { Audit } from "../staff/audit-log.ts";
import { durations, failures, hooks } from "./metrics.ts";
import { parseRtmpHook, type RtmpHook } from "./rtmp-hook.ts";
import { createKeyDoor, type KeyDoorParts } from "./stream-key-check.ts";

/** For everything: nginx waits 4 s, our own pull takes at most 1.5 s of it. A hook that was given up must not take effect later:
 *  its dead session would take over from the one that is on. */
const PUBLISH_MS = 3_700;
const PLAY_MS = 1_800;
/** `publish_done` is answered at once and delivered for so long; after that the channel's own look at nginx decides. */
const DONE_WITHIN_MS = 30_000;
const DONE_UNDER_WAY_MAX = 1_000;
/** Sessions whose channel is remembered, so that their end needs no look-up by a key that may have been changed. */
const SESSIONS_MAX = 10_000;

/** What a label may say; the address is anybody's. */
const CALLS = new Set(["publish", "publish_done", "play", "update"]);

export type HookWorld = Pick<EdgeWorld, "caller" | "clock" | "config" | "log">;

export interface HookParts {
  limiter: KeyDoorParts["limiter"];
  find: KeyDoorParts["find"];
  audit: Audit;
}

export function hookRoutes({ caller, clock, config, log }: HookWorld, { limiter, find, audit }: HookParts) {
  const door = createKeyDoor({
    find,
    clock,
    limiter,
    wrongPerMinute: config.limits.wrongStreamKeysPerMinutePerIp,
    onLockout(address) {
      log.warn({ address }, "stream keys are being guessed");
      void audit({ actorId: null, act: "stream-key.guessed", address });
    },
  });
  const channels = new LruMap<string, string>(SESSIONS_MAX);
  let donesUnderWay = 0;

  async function publish({ session, hookAtMs, name, remoteAddress, encoder }: RtmpHook): Promise<Response> {
    const deadlineMs = clock.monoMs() + PUBLISH_MS;
    const late = () => new Refusal("unavailable", "the database does not answer");
    const asked = { streamKey: name, address: remoteAddress, deadlineMonoMs: deadlineMs };
    const found = await within(clock, PUBLISH_MS, door.open(asked), late);
    if (!found) return refuse("publish", new Refusal("bad_stream_key"));
    if (found.suspended) return refuse("publish", new Refusal("suspended"));
    channels.set(sessionKey(session), found.channelId);
    const message = { type: "publish", session, ...(hookAtMs !== null && { hookAtMs }), remoteAddress, encoder };
    // The hook may come twice, through another edge: the session is the call's identity.
    const id = `publish ${sessionKey(session)}`;
    const options = { timeoutMs: deadlineMs - clock.monoMs(), id };
    const { publicName } = await caller.call<PublishAnswer>("channel", found.channelId, message, options);
    hooks.inc({ call: "publish", outcome: "accepted" });
    log.info({ channel: found.channelId, session: sessionKey(session), encoder }, "publisher accepted");
    // nginx-rtmp: a bare name renames the stream.
    return new Response(null, { status: 302, headers: { location: publicName } });
  }

  async function play({ session, name, channelId, token }: RtmpHook): Promise<Response> {
    if (!channelId) return refuse("play", new Refusal("forbidden"));
    const message = { type: "play", ...session, publicName: name, token };
    const { allow } = await caller.call<{ allow: boolean }>("channel", channelId, message, { timeoutMs: PLAY_MS });
    if (!allow) return refuse("play", new Refusal("forbidden"));
    hooks.inc({ call: "play", outcome: "accepted" });
    return new Response(null, { status: 204 });
  }

  async function deliverDone({ session, name, remoteAddress }: RtmpHook) {
    if (donesUnderWay >= DONE_UNDER_WAY_MAX) return;
    donesUnderWay++;
    try {
      const key = sessionKey(session);
      const channelId = channels.get(key) ?? (await channelOf(name, remoteAddress));
      channels.delete(key);
      if (!channelId) return; // Refused before, or the key was changed: the channel notices by itself.
      const options = { timeoutMs: DONE_WITHIN_MS, id: `done ${key}` };
      await caller.call("channel", channelId, { type: "publishDone", session }, options);
      hooks.inc({ call: "publish_done", outcome: "delivered" });
    } catch (error) {
      const isGuess = error instanceof Refusal && error.code === "rate_limited";
      hooks.inc({ call: "publish_done", outcome: isGuess ? "rate_limited" : "lost" });
      if (isGuess) return;
      failures.inc({ call: "publish_done", code: error instanceof Refusal ? error.code : "unavailable" });
      log.warn({ session: sessionKey(session), reason: reason(error) }, "end of a session not delivered");
    } finally {
      donesUnderWay--;
    }
  }

  /** nginx tells of the end of those too whom we refused. */
  async function channelOf(streamKey: string, address: string): Promise<string | undefined> {
    const deadlineMonoMs = clock.monoMs() + DONE_WITHIN_MS;
    return (await door.openAgain({ streamKey, address, deadlineMonoMs }))?.channelId;
  }

  function refuse(call: string, { code }: Refusal): Response {
    hooks.inc({ call, outcome: code });
    const known = code in errors ? errors[code as keyof typeof errors] : errors.internal;
    // 502 and 503 make nginx ask the next edge: only for what another edge may know better.
    const ours = known.retry && code !== "take_over_limit" && code !== "rate_limited";
    if (ours) failures.inc({ call, code });
    return new Response(null, { status: ours ? 503 : 403 });
  }

  async function answer(call: string, hook: RtmpHook): Promise<Response> {
    try {
      if (call === "publish") return await publish(hook);
      if (call === "play") return await play(hook);
      if (call === "publish_done") void deliverDone(hook);
      return new Response(null, { status: 204 });
    } catch (error) {
      if (error instanceof Refusal) {
        // Somebody who guesses does so very often; that they do was said once.
        if (error.code !== "rate_limited")
          log.info({ call, session: sessionKey(hook.session), code: error.code }, "hook refused");
        return refuse(call, error);
      }
      log.warn({ call, session: sessionKey(hook.session), reason: reason(error) }, "hook failed");
      return refuse(call, new Refusal("unavailable"));
    }
  }

  return new Elysia({ name: "hooks" }).post(
    "/hooks/rtmp/:call",
    async ({ params, request }) => {
      const hook = parseRtmpHook(
        new URL(request.url).searchParams,
        await request.text(),
        request.headers.get("x-hook-at"),
      );
      if (!hook) return new Response(null, { status: 400 });
      const startMs = clock.monoMs();
      const response = await answer(params.call, hook);
      if (CALLS.has(params.call)) durations.observe({ call: params.call }, (clock.monoMs() - startMs) / 1_000);
      return response;
    },
    { parse: "none" },
  );
}
