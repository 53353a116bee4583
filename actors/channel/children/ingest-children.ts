// Children that look at nginx: is the encoder still there, and is the one we dropped gone?

import type { Child, Self } from "#runtime/actor/actor.ts";
import { type Clock, every } from "#runtime/base/clock.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import type { IngestClient } from "../ingest.ts";
import type { Message } from "../rules/decide.ts";
import type { Session } from "../rules/state.ts";

const WATCH_MS = 1_000;
/** Not listed for so long: the encoder is gone. */
const GONE_AFTER_MS = 5_000;
/** nginx silent for so long: it is gone with its encoders, or this node is cut off from it. */
const SILENT_AFTER_MS = 5_000;
/** Still here and still silent: no other node was found, so it counts as gone. */
const SILENT_GONE_MS = 10_000;
/** A new session appears in the list only after its hook was answered. */
const APPEARS_WITHIN_MS = 10_000;
const DROP_EVERY_MS = 300;
/** A hook that was still under way when we dropped may bring the session in late. */
const DROPPED_AFTER_MS = 2_000;
/** An nginx that is cut off from us keeps its encoders; one that is silent for so long is gone, and they with it. */
const NGINX_GONE_MS = 60_000;

const stopped = (stop: () => void): Child => ({
  stop: async () => stop(),
});

/** Tells `encoderGone` once, before that perhaps `ingestSilent`. */
export function watchEncoder(
  session: Session,
  ingest: IngestClient | undefined,
  clock: Clock,
  self: Self<Message>,
): Child {
  let goneAtMs = clock.monoMs() + APPEARS_WITHIN_MS;
  let heardMs = clock.monoMs();
  const told = new Set<string>();
  const tellOnce = (type: "encoderGone" | "ingestSilent") => {
    if (told.has(type)) return;
    told.add(type);
    self.tell({ type, session: sessionKey(session) });
  };
  const stop = every(clock, WATCH_MS, async () => {
    const names = (await ingest?.publishing()) ?? null;
    const nowMs = clock.monoMs();
    if (names) {
      heardMs = nowMs;
      told.delete("ingestSilent");
      if (names.has(session.publicName)) goneAtMs = nowMs + GONE_AFTER_MS;
      else if (nowMs >= goneAtMs) tellOnce("encoderGone");
    } else if (nowMs - heardMs >= SILENT_GONE_MS) tellOnce("encoderGone");
    else if (nowMs - heardMs >= SILENT_AFTER_MS) tellOnce("ingestSilent");
  });
  return stopped(stop);
}

/** Drops until the session has not been listed for a while, or its nginx has not answered for a long one. Tells `dropped` once. */
export function dropEncoder(
  session: Session,
  ingest: IngestClient | undefined,
  clock: Clock,
  self: Self<Message>,
): Child {
  let goneSinceMs = clock.monoMs();
  let heardMs = clock.monoMs();
  let told = false;
  const turn = async () => {
    await ingest?.dropPublisher(session.publicName).catch(() => {}); // The list below tells whether it worked.
    const names = await ingest?.publishing({ fresh: true });
    const nowMs = clock.monoMs();
    if (names) heardMs = nowMs;
    if (names?.has(session.publicName)) goneSinceMs = nowMs;
    const gone = names ? nowMs - goneSinceMs >= DROPPED_AFTER_MS : nowMs - heardMs >= NGINX_GONE_MS;
    if (told || !gone) return;
    told = true;
    self.tell({ type: "dropped", publicName: session.publicName });
  };
  void turn();
  return stopped(every(clock, DROP_EVERY_MS, turn));
}
