// `viewers`: many players of one channel in this process, against one edge.

import { getChannel } from "#ops/tests/support/api.ts";
import { type Check, Tally } from "#ops/tests/support/hls/check.ts";
import { reloadChecks } from "#ops/tests/support/hls/checks/reload.ts";
import { readMultivariantPlaylist } from "#ops/tests/support/hls/multivariant-playlist.ts";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { type PlayerCounts, partCheck, play } from "./player.ts";
import type { LoadReport } from "./report.ts";
import { SharedKnowledge, sharedChecks } from "./shared-knowledge.ts";

export interface ViewersOptions {
  /** URL of the edge, without a trailing slash. */
  url: string;
  /** Login of a live channel. */
  channel: string;
  players: number;
  seconds: number;
}

/** Players that start each second: a crowd does not come in one ms. */
const STARTS_PER_SECOND = 200;
/** After the last start, before anything counts. */
const SETTLE_MS = 3_000;

export const newCounts = (): PlayerCounts => ({
  playlists: 0,
  parts: 0,
  bytes: 0,
  broken: 0,
  behindMs: [],
  stillMs: 0,
});

export const loadTally = () => new Tally([...sharedChecks, ...reloadChecks, partCheck] as Check<never>[]);

export async function loadViewers({ url, channel, players, seconds }: ViewersOptions): Promise<LoadReport> {
  const { live } = await getChannel(url, channel);
  if (live?.phase !== "live") throw new Error(`the channel ${channel} is not live: \`npm run demo\` makes one`);
  const master = new URL(live.hlsUrl, url);
  const { variants } = readMultivariantPlaylist(await (await fetch(master)).text());
  if (variants.length === 0) throw new Error(`the channel ${channel} lists no rendition`);
  const tally = loadTally();
  const shared = new SharedKnowledge(tally);
  // Everybody counts into the same object; it is replaced when the crowd has settled.
  const counts = newCounts();
  let over = false;
  const playing: Promise<void>[] = [];
  for (let n = 0; n < players; n++) {
    const variant = new URL(variants[n % variants.length]!.uri, master);
    playing.push(play({ url: variant, tally, shared, delta: n % 2 === 1, counts }, () => over));
    if ((n + 1) % Math.ceil(STARTS_PER_SECOND / 10) === 0) await Bun.sleep(100);
  }
  await Bun.sleep(SETTLE_MS);
  Object.assign(counts, newCounts());
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await Bun.sleep(seconds * 1_000);
  const tookS = (performance.now() - startMs) / 1_000;
  const own = process.cpuUsage(cpu);
  const settled = { ...counts, behindMs: counts.behindMs.slice() };
  over = true;
  await Promise.race([Promise.all(playing), Bun.sleep(10_000)]);
  const ms = (share: number) => `${quantile(settled.behindMs, share).toFixed(1)} ms`;
  return {
    title: `${players} players of ${variants.length} renditions on one edge`,
    rows: [
      ["playlist behind the first player's, p50", ms(0.5)],
      ["playlist behind the first player's, p99", ms(0.99)],
      ["longest without a new part, any player", `${Math.round(settled.stillMs)} ms`],
      ["playlists/s", (settled.playlists / tookS).toFixed(0)],
      ["parts/s", (settled.parts / tookS).toFixed(0)],
      ["media", `${(settled.bytes / tookS / 1e6).toFixed(1)} MB/s`],
      ["connections that broke", String(settled.broken)],
      ["this process", `${(((own.user + own.system) / 1e6 / tookS) * 100).toFixed(0)} % of a core`],
    ],
    tally,
  };
}
