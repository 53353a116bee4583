// The FFmpeg process of an attempt: pulls from nginx and feeds the broadcast's packager.

import type { Clock } from "#runtime/base/clock.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import type { Rendition } from "#transcoding/ladder/renditions.ts";
import { startTranscoder } from "#transcoding/ladder/transcoder.ts";
import type { Ingests } from "../ingest.ts";
import { type Pulls, pullTokenOf } from "../pulls.ts";
import { isOnAir, type OnAir } from "../rules/state.ts";
import type { ChannelChild } from "./child.ts";
import type { PackagerParts } from "./packager.ts";

const pullsFailed = new Counter({
  name: "channel_pulls_failed_total",
  help: "FFmpeg processes of this node that got nothing out of nginx-rtmp, or nothing any more",
});

export interface TranscoderParts {
  clock: Clock;
  processes: ProcessHost;
  ffmpegPath: string;
  /** Folder of the sockets between FFmpeg and the packager. */
  socketDir: string;
  ladder: Rendition[];
  ingests: Ingests;
  pulls: Pulls;
  packagers: PackagerParts["packagers"];
}

/** Tells `intakeEnded` when FFmpeg ends without being asked to. */
export const transcoder: ChannelChild<TranscoderParts, OnAir> = {
  name: "transcoder",
  runs: (state) => (isOnAir(state) && !state.pause ? [state] : []),
  key: ({ session, attempt }) => `${sessionKey(session)}#${attempt}`,
  start(air, { parts, channel: { channelId, log }, self }) {
    const { clock, processes, ffmpegPath, socketDir, ladder, ingests, pulls, packagers } = parts;
    const { session, attempt, broadcast } = air;
    const packager = packagers.get(broadcast.id);
    const ingest = ingests.get(session.ingest);
    if (!packager || !ingest) throw new Error(`no ${packager ? "ingest" : "packager"} for ${sessionKey(session)}`);
    const token = pullTokenOf(air);
    return startTranscoder({
      ...{ clock, processes, ffmpegPath, socketDir, ladder },
      log: log.child({ broadcast: broadcast.id, attempt }),
      sourceUrl: ingest.pullUrl(session.publicName, channelId, token),
      sinks: packager.begin({ session: session.publicName, attempt, baseMs: session.publishedAtMs }),
      async askToStop() {
        const clientId = pulls.get(token);
        if (clientId) await ingest.dropPull(session.publicName, clientId);
      },
      source: {
        attached: () => pulls.get(token) !== undefined,
        sentBytes: () => ingest.sentBytes(session.publicName),
      },
      onExit({ problem, pulled }) {
        if (!pulled && !problem) pullsFailed.inc();
        self.tell({ type: "intakeEnded", publicName: session.publicName, attempt, problem, pulled });
      },
    });
  },
};
