// Tells a raid's target that its viewers come: the entry of the target's room has the raid's id, so that it is told once however often it is tried.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { StoredRaid } from "#schema/queries/chat/raids.ts";
import { type Act, NOBODY } from "#schema/wire/room.ts";
import { SYSTEM } from "#schema/wire/room-events.ts";
import { Pauses } from "../log/pauses.ts";
import type { ChatStore } from "../log/store.ts";

/** With pauses of up to a second; then the target is taken for gone. */
const TRIES_MAX = 120;

/** Sent to the target's room. Throws Refusal. */
export type AskRoom = (
  channelId: string,
  request: { type: "room.act"; id: string; by: object } & Act,
) => Promise<unknown>;

interface TellerOptions {
  clock: Clock;
  random: Random;
  log: Log;
  store: Pick<ChatStore, "raidWasTold">;
  /** Absent: there is no other room. */
  askRoom?: AskRoom;
}

export class RaidTeller {
  #telling: string | null = null;
  #stopped = false;
  readonly #pauses: Pauses;

  constructor(private readonly options: TellerOptions) {
    this.#pauses = new Pauses(options);
  }

  get isBusy() {
    return this.#telling !== null;
  }

  /** Never rejects. */
  async tell({ view, toChannelId, by }: StoredRaid) {
    if (this.#telling === view.id || this.#stopped) return;
    this.#telling = view.id;
    const { store, askRoom, log } = this.options;
    const request = { type: "room.act", id: view.id, by: by ?? nobody, act: "raided", raid: view } as const;
    for (let tries = 0; !this.#stopped && tries < TRIES_MAX; tries++) {
      try {
        await askRoom?.(toChannelId, request);
        break;
      } catch (error) {
        if (tries === 0) log.warn({ channel: toChannelId, reason: reason(error) }, "raid is told later");
        if (error instanceof Refusal && FINAL.has(error.code)) break;
        await this.#pauses.beforeRetry(tries);
      }
    }
    // Without it the next owner tells it again, which has no effect.
    if (!this.#stopped) await store.raidWasTold(view.id).catch(() => {});
    this.#telling = null;
  }

  stop() {
    this.#stopped = true;
    this.#pauses.end();
  }
}

const nobody = { id: SYSTEM.id, login: NOBODY.login, displayName: NOBODY.displayName };
const FINAL = new Set(["invalid_value", "validation_failed", "not_found"]);
