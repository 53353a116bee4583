// Children that make media: the packager of a broadcast and the FFmpeg of an attempt.

import type { ActorWorld } from "#actors/world.ts";
import type { Child, Self } from "#runtime/actor/actor.ts";
import { Counter } from "#runtime/base/metrics.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import { ladder } from "#transcoding/ladder/renditions.ts";
import { startTranscoder } from "#transcoding/ladder/transcoder.ts";
import type { PackagerEvent } from "#transcoding/packager/numbers/saved.ts";
import { Packager } from "#transcoding/packager/packager.ts";
import type { Message } from "../rules/decide.ts";
import type { Broadcast, OnAir, State } from "../rules/state.ts";

const pullsFailed = new Counter({
  name: "channel_pulls_failed_total",
  help: "FFmpeg processes of this node that got nothing out of nginx-rtmp, or nothing any more",
});

/** Told to the streamer while the show goes on; every other problem stops the attempt. */
const WARNINGS = new Set(["long_keyframe_interval"]);

/** Who is heard by the bus is not taken for dead for this long: a verdict takes five questions, one each 260 ms (runtime/cluster/judge.ts). */
const SOLE_FOR_MS = 1_000;

export interface PackagerChildOptions {
  world: ActorWorld;
  epoch: number;
  broadcast: Broadcast;
  /** The run that is under way: its session and attempt. */
  air(): OnAir | null;
}

export function startPackager({ world, epoch, broadcast, air }: PackagerChildOptions, self: Self<Message>): Child {
  const broadcastId = broadcast.id;
  const onEvent = (event: PackagerEvent) => {
    const run = air();
    const session = run ? sessionKey(run.session) : "";
    switch (event.type) {
      case "opened":
        return self.tell({ type: "numberOpened", broadcastId, number: event.number });
      case "closed":
        return self.tell({ type: "segmentClosed", broadcastId, media: event.media });
      case "listed":
        return self.tell({ type: "listed", broadcastId });
      case "ready":
        return run ? self.tell({ type: "ready", session, attempt: run.attempt }) : undefined;
      case "source":
        return self.tell({ type: "sourceSeen", session, info: event.info });
      case "problem": {
        const { problem } = event;
        if (WARNINGS.has(problem.code)) return self.tell({ type: "warned", session, problem });
        if (run) self.tell({ type: "transcoderExited", session, attempt: run.attempt, problem, pulled: true });
      }
    }
  };
  const packager = new Packager({
    broadcastId,
    epoch,
    renditions: ladder(world.config.ladder).map(({ name }) => name),
    clock: world.clock,
    resume: broadcast.media,
    // Started anew within an owner (it was cut off meanwhile): what was opened may have been seen.
    startNumber: Math.max(broadcast.startNumber, (broadcast.media?.headNumber ?? -1) + 1),
    // A link that is new since then was down: somebody may have counted its owner dead meanwhile.
    soleUntilMs: (sinceMs) => {
      const { link } = world.bus;
      return link.sinceMs <= sinceMs ? link.heardMs + SOLE_FOR_MS : sinceMs;
    },
    onEvent,
  });
  world.packagers.set(broadcastId, packager);
  return {
    stop: async () => {
      if (world.packagers.get(broadcastId) === packager) world.packagers.delete(broadcastId);
      packager.stop();
    },
    saved(state, sentMonoMs) {
      const saved = state as State;
      const media = saved.phase !== "offline" && saved.broadcast.id === broadcastId ? saved.broadcast.media : null;
      if (media) packager.covered(media.headNumber, sentMonoMs);
    },
  };
}

export function endPackager(world: ActorWorld, broadcastId: string): Child {
  world.packagers.get(broadcastId)?.end();
  return { stop: async () => {} };
}

export interface TranscoderChildOptions {
  world: ActorWorld;
  channelId: string;
  air: OnAir;
  /** nginx' number of our own pull; known once it is attached. */
  pullClientId(): string | undefined;
}

export function startAttempt(
  { world, channelId, air, pullClientId }: TranscoderChildOptions,
  self: Self<Message>,
): Child {
  const { session, attempt, broadcast } = air;
  const packager = world.packagers.get(broadcast.id);
  const ingest = world.ingests.get(session.ingest);
  const exited = { type: "transcoderExited", session: sessionKey(session), attempt } as const;
  if (!packager || !ingest) throw new Error(`no ${packager ? "ingest" : "packager"} for ${sessionKey(session)}`);
  return startTranscoder({
    processes: world.processes,
    clock: world.clock,
    log: world.log.child({ channel: channelId, broadcast: broadcast.id, attempt }),
    ffmpegPath: world.config.ffmpegPath,
    socketDir: world.config.socketDir,
    sourceUrl: ingest.pullUrl(session.publicName, channelId, pullTokenOf(air)),
    ladder: ladder(world.config.ladder),
    run: packager.begin({ session: sessionKey(session), attempt, baseMs: session.publishedAtMs }),
    async askToStop() {
      const clientId = pullClientId();
      if (clientId) await ingest.dropPull(session.publicName, clientId);
    },
    source: {
      attached: () => pullClientId() !== undefined,
      sentBytes: () => ingest.sentBytes(session.publicName),
    },
    onExit({ problem, pulled }) {
      if (!pulled && !problem) pullsFailed.inc();
      self.tell({ ...exited, problem, pulled });
    },
  });
}

/** What a pull shows at nginx' on_play. It names the attempt, so that the pull can be dropped alone. */
export const pullTokenOf = ({ session, attempt }: OnAir) => `${session.pullToken}.${attempt}`;
