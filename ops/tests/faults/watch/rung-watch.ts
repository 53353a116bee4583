// Follows a rung of a show beside its source through a fault of the ladder, and reads what its streamer is told.

import { call } from "#ops/tests/support/api.ts";
import { until } from "#ops/tests/support/until.ts";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import type { Scene } from "../scene.ts";
import { playlistOf } from "./ingest-facts.ts";
import { PlaylistAudit } from "./playlist-audit.ts";

type Watched = Pick<Scene, "stage" | "show" | "owner" | "ladders">;

const everyMs = 50;
/** Two segments. */
const FOLLOWED_MS = 5_000;

export const healthOf = ({ stage, show: { channel, streamer } }: Pick<Watched, "stage" | "show">) =>
  call<BroadcastHealth>(`${stage.system.url}/api/v1/channels/${channel.login}/broadcast`, {
    token: streamer.accessToken,
  });

/** Waits until the streamer reads that rungs are missing. */
export const toldOfLadder = (watched: Pick<Watched, "stage" | "show">, withinMs: number) =>
  until("the streamer to be told", async () => warningIn(await healthOf(watched)), { withinMs, everyMs });

/** Waits until that warning is taken back. */
export const takenBack = (watched: Pick<Watched, "stage" | "show">, withinMs: number) =>
  until("the warning to be taken back", async () => !warningIn(await healthOf(watched)), { withinMs, everyMs });

const isWithdrawn = (refusal: string) => refusal.startsWith("410 ") && refusal.includes('"code":"withdrawn"');

const warningIn = ({ warnings }: BroadcastHealth) => warnings.find(({ code }) => code === "ladder_short");

export class RungWatch {
  readonly #startedMs = performance.now();

  private constructor(
    private readonly watched: Watched,
    private readonly player: PlaylistAudit,
  ) {}

  /** Resolves once the rung lists parts. */
  static async start(watched: Watched, rung: string): Promise<RungWatch> {
    const urls = watched.stage.edgeUrls.map((url) => `${url}/live/${watched.show.channel.login}/${rung}.m3u8`);
    for (const url of urls)
      await until(`${url} to be there`, async () => (await fetch(url)).ok, { withinMs: 30_000, everyMs });
    const player = new PlaylistAudit(urls, { hints: true });
    await until("the rung to have a part", () => player.newest?.part, { everyMs });
    return new RungWatch(watched, player);
  }

  /** Waits until another ladder than those before runs and the rung has a part of it. Resolves with the time since then, ms. */
  async back({ sinceMs, withinMs }: { sinceMs: number; withinMs: number }): Promise<number> {
    const { show, stage, ladders } = this.watched;
    const old = new Set(ladders.map(({ pid }) => pid));
    await until(
      "another ladder to run",
      () => stage.actors.flatMap((node) => show.laddersOf(node)).some(({ pid }) => !old.has(pid)),
      { withinMs: withinMs * SLOWNESS, everyMs },
    );
    const fromMs = performance.now();
    const last = this.player.newest?.part;
    await until("a part of the rung", () => this.player.firstMs(fromMs, ({ part }) => part !== last) !== null, {
      withinMs: withinMs * SLOWNESS,
      everyMs,
    });
    const tookMs = performance.now() - sinceMs;
    if (tookMs > withinMs * SLOWNESS) throw new Error(`the rung was back after ${Math.round(tookMs)} ms`);
    return Math.round(tookMs);
  }

  /** Follows the rung for a while more, stops, and throws what was wrong with its playlists. `withdrawn`: the rung was given up meanwhile, and
   *  its players were told so. */
  async finish({ withdrawn }: { withdrawn: boolean }): Promise<string> {
    await Bun.sleep(FOLLOWED_MS);
    await this.player.stop();
    const { faults, observations } = this.player;
    const refusals = this.player.refusals.filter((refusal) => !(withdrawn && isWithdrawn(refusal)));
    if (faults.length + refusals.length > 0) throw new Error(`the rung: ${[...faults, ...refusals].join("\n")}`);
    if (withdrawn && this.player.refusals.length === 0) throw new Error("no player was told that the rung is given up");
    if (observations.length < 10) throw new Error("the rung's player read next to nothing");
    const stillMs = Math.round(this.player.longestStillMs(this.#startedMs));
    return `its hints came true in ${observations.length} playlists, still for ${stillMs} ms at most`;
  }

  stop() {
    return this.player.stop();
  }
}

/** The source went on as if nothing had happened. */
export async function sourceWentOn(watched: Pick<Watched, "stage" | "show">): Promise<string> {
  const { restarts, problem } = await healthOf(watched);
  if (restarts !== 0 || problem) throw new Error(`the source was pulled ${restarts} times anew: ${problem?.detail}`);
  const text = await playlistOf(watched);
  const mark = /^#EXT-X-(?:DISCONTINUITY|GAP)$/m.exec(text)?.[0];
  if (mark) throw new Error(`the source has ${mark}:\n${text}`);
  return "no mark on the source";
}
