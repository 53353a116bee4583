// The latest report of each player at this edge, and their digest for the channel's owner.

import { type Clock, every } from "#runtime/base/clock.ts";
import { digestOf, type PlayerState, type PlayersDigest } from "#schema/wire/players.ts";
import type { ViewerKey } from "#schema/wire/viewers.ts";
import { playerLatency, playerStalledSeconds, playerStalls } from "./metrics.ts";

/** A report counts for this time; players report each 10 s. */
const VALID_MS = 30_000;
/** Over it new players of a channel are left out: those that are there are sample enough. */
const PLAYERS_MAX = 2_000;
/** Over all channels. */
const ALL_PLAYERS_MAX = 50_000;
const SWEEP_MS = 5_000;

/** `stalls`, `stalledMs`: since the session began. */
export interface PlayerReport extends Omit<PlayerState, "stalls" | "stalledMs"> {
  stalls: number | null;
  stalledMs: number | null;
}

interface Known {
  atMs: number;
  report: PlayerReport;
  state: PlayerState;
}

export class PlayerReports {
  readonly #channels = new Map<string, Map<ViewerKey, Known>>();
  readonly #stopSweeping: () => void;
  #count = 0;

  constructor(private readonly clock: Clock) {
    this.#stopSweeping = every(clock, SWEEP_MS, () => this.#sweep());
  }

  get count() {
    return this.#count;
  }

  /** A player's report replaces its last one. A value that it leaves out stays as it was. */
  take(channelId: string, key: ViewerKey, given: PlayerReport) {
    let players = this.#channels.get(channelId);
    const before = players?.get(key);
    if (!before) {
      if (this.#count >= ALL_PLAYERS_MAX || (players?.size ?? 0) >= PLAYERS_MAX) return;
      this.#count++;
    }
    if (!players) {
      players = new Map();
      this.#channels.set(channelId, players);
    }
    const report: PlayerReport = {
      latencyMs: given.latencyMs ?? before?.report.latencyMs ?? null,
      bufferMs: given.bufferMs ?? before?.report.bufferMs ?? null,
      stalls: given.stalls ?? before?.report.stalls ?? null,
      stalledMs: given.stalledMs ?? before?.report.stalledMs ?? null,
    };
    const state = {
      ...report,
      stalls: grown(before?.report.stalls ?? null, report.stalls),
      stalledMs: grown(before?.report.stalledMs ?? null, report.stalledMs),
    };
    if (given.latencyMs !== null) playerLatency.observe(given.latencyMs / 1_000);
    playerStalls.inc(state.stalls);
    // A player cannot have stood still for longer than since its last report.
    const sinceMs = before ? this.clock.monoMs() - before.atMs : 0;
    playerStalledSeconds.inc(Math.min(state.stalledMs, sinceMs) / 1_000);
    players.set(key, { atMs: this.clock.monoMs(), report, state });
  }

  /** Null: no player has reported lately. */
  digest(channelId: string): PlayersDigest | null {
    const players = this.#channels.get(channelId);
    if (!players) return null;
    const sinceMs = this.clock.monoMs() - VALID_MS;
    const digest = digestOf([...players.values()].filter(({ atMs }) => atMs > sinceMs).map(({ state }) => state));
    return digest.players === 0 ? null : digest;
  }

  stop() {
    this.#stopSweeping();
  }

  #sweep() {
    const sinceMs = this.clock.monoMs() - VALID_MS;
    for (const [channelId, players] of this.#channels) {
      for (const [key, { atMs }] of players) {
        if (atMs > sinceMs) continue;
        players.delete(key);
        this.#count--;
      }
      if (players.size === 0) this.#channels.delete(channelId);
    }
  }
}

/** The first report of a player, and one that counts from 0 again, say nothing about the time before. */
const grown = (before: number | null, now: number | null) =>
  before === null || now === null || now < before ? 0 : now - before;
