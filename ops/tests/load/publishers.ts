// `publishers`: many channels at once, all published by this process, each followed by a player that reads its playlists.

import { getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { type Encoder, startEncoder } from "#ops/tests/support/encoder/encoder.ts";
import { programme } from "#ops/tests/support/encoder/programme.ts";
import { source } from "#ops/tests/support/encoder/sources.ts";
import { until } from "#ops/tests/support/until.ts";
import { type PlayerCounts, play } from "./player.ts";
import type { LoadReport } from "./report.ts";
import { SharedKnowledge } from "./shared-knowledge.ts";
import { loadTally, newCounts } from "./viewers.ts";

export interface PublishersOptions {
  url: string;
  /** `rtmp://host:port/live`. */
  rtmpUrl: string;
  channels: number;
  seconds: number;
}

const LIVE_WITHIN_MS = 60_000;
/** Time between two starts. */
const START_EVERY_MS = 250;
/** Without a new part for longer, players stall. */
const STALL_MS = 1_500;

interface Published {
  login: string;
  encoder: Encoder;
  counts: PlayerCounts;
}

export async function loadPublishers({ url, rtmpUrl, channels, seconds }: PublishersOptions): Promise<LoadReport> {
  const tags = await source("heavy", { seconds: 30 });
  const tally = loadTally();
  const shared = new SharedKnowledge(tally);
  const published: Published[] = [];
  const playing: Promise<void>[] = [];
  let over = false;
  try {
    for (let n = 0; n < channels; n++) {
      const account = await register(url);
      const { streamKey: key } = await makeStreamKey(url, account);
      const endless = programme(tags, { rounds: Number.POSITIVE_INFINITY });
      const encoder = await startEncoder({ server: rtmpUrl, key, tags: endless });
      published.push({ login: account.login, encoder, counts: newCounts() });
      await Bun.sleep(START_EVERY_MS);
    }
    const isLive = async (login: string) => (await getChannel(url, login)).live?.phase === "live";
    for (const { login } of published)
      await until(`${login} to be live`, () => isLive(login), { withinMs: LIVE_WITHIN_MS });
    for (const { login, counts } of published) {
      const playlist = new URL(`/live/${login}/source.m3u8`, url);
      playing.push(play({ url: playlist, tally, shared, delta: true, blind: true, counts }, () => over));
    }
    await Bun.sleep(seconds * 1_000);
    over = true;
    await Promise.race([Promise.all(playing), Bun.sleep(10_000)]);
    const stalled = published.filter(({ counts }) => counts.stillMs > STALL_MS);
    const lateMs = Math.max(...published.map(({ encoder }) => encoder.lateMs));
    const longestMs = Math.max(...published.map(({ counts }) => counts.stillMs));
    return {
      title: `${channels} channels at 3 Mbit/s for ${seconds} s`,
      rows: [
        ["channels that stood still", `${stalled.length} (over ${STALL_MS} ms)`],
        ["longest without a new part", `${Math.round(longestMs)} ms`],
        ["playlists read", String(published.reduce((sum, { counts }) => sum + counts.playlists, 0))],
        ["this process was late by at most", `${Math.round(lateMs)} ms`],
      ],
      tally,
    };
  } finally {
    over = true;
    for (const { encoder } of published) await encoder.close();
  }
}
