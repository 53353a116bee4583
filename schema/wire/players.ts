// How playback goes for viewers, over several edges: each edge reports a digest of its players, and the owner adds them up.
//
// Durations are counted in buckets that grow by a tenth, so that a percentile is right within 5 %, whatever the number of players.

/** Count by number of the bucket. */
type Histogram = Record<string, number>;

/** Of one edge, in the last half minute. */
export interface PlayersDigest {
  players: number;
  latency: Histogram;
  buffer: Histogram;
  /** Time that a player stood still between its last two reports. */
  stalled: Histogram;
  /** Stalls between the last two reports, over all players. */
  stalls: number;
}

/** What one player says of itself. Null: it does not say. */
export interface PlayerState {
  /** Behind the live edge. */
  latencyMs: number | null;
  bufferMs: number | null;
  stalls: number;
  stalledMs: number;
}

interface Percentiles {
  p50: number;
  p95: number;
}

export interface PlayersSummary {
  players: number;
  latencyMs: Percentiles | null;
  bufferMs: Percentiles | null;
  stalledMs: Percentiles | null;
  stalls: number;
}

const FIRST_MS = 10;
const GROWTH = 1.1;
/** The last bucket begins at 138 s. */
const BUCKETS_MAX = 101;

export function digestOf(states: Iterable<PlayerState>): PlayersDigest {
  const digest: PlayersDigest = { players: 0, latency: {}, buffer: {}, stalled: {}, stalls: 0 };
  for (const { latencyMs, bufferMs, stalls, stalledMs } of states) {
    digest.players++;
    if (latencyMs !== null) count(digest.latency, latencyMs);
    if (bufferMs !== null) count(digest.buffer, bufferMs);
    count(digest.stalled, stalledMs);
    digest.stalls += stalls;
  }
  return digest;
}

/** Null: no player has reported. */
export function summaryOf(digests: readonly PlayersDigest[]): PlayersSummary | null {
  const players = digests.reduce((sum, digest) => sum + digest.players, 0);
  if (players === 0) return null;
  return {
    players,
    latencyMs: percentiles(digests.map(({ latency }) => latency)),
    bufferMs: percentiles(digests.map(({ buffer }) => buffer)),
    stalledMs: percentiles(digests.map(({ stalled }) => stalled)),
    stalls: digests.reduce((sum, { stalls }) => sum + stalls, 0),
  };
}

function count(histogram: Histogram, ms: number) {
  const bucket = ms < FIRST_MS ? 0 : Math.min(BUCKETS_MAX, 1 + Math.floor(Math.log(ms / FIRST_MS) / Math.log(GROWTH)));
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

function percentiles(histograms: readonly Histogram[]): Percentiles | null {
  const counts = new Array<number>(BUCKETS_MAX + 1).fill(0);
  for (const histogram of histograms)
    for (const [bucket, players] of Object.entries(histogram))
      if (Number(bucket) in counts) counts[Number(bucket)]! += players;
  const total = counts.reduce((sum, players) => sum + players, 0);
  if (total === 0) return null;
  return { p50: at(0.5), p95: at(0.95) };

  function at(share: number): number {
    let bucket = 0;
    for (let seen = counts[0]!; seen < share * total; seen += counts[bucket]!) bucket++;
    return bucket === 0 ? 0 : Math.round(FIRST_MS * GROWTH ** (bucket - 0.5));
  }
}
