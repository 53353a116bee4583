// Acts of moderators, on their way to the room's owner, which alone writes: who asks, about whom, and whether they may.

import { Refusal } from "#runtime/actor/actor.ts";
import { personInChannel, type RankedPerson } from "#schema/queries/chat/moderation.ts";
import { isLogin } from "#schema/wire/ids.ts";
import type { Act, ActAnswer } from "#schema/wire/room.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import type { EdgeWorld } from "../world.ts";
import { mayModerate } from "./ranks.ts";

/** Longer than the 5 s that a room keeps an act while the database is away, shorter than an answer of HTTP may take. */
const ACT_WITHIN_MS = 6_000;

export interface RoomActs {
  /** The id of the act's entry is made once: the caller repeats the same act at a new owner. */
  act(channelId: string, by: RankedPerson, done: Act): Promise<ActAnswer & { id: string }>;
  /** Throws Refusal `not_signed_in` for a token that has outlived its account. */
  asker(channelId: string, userId: string): Promise<RankedPerson>;
  /** Throws Refusal `not_found`. */
  person(channelId: string, login: string): Promise<RankedPerson>;
  /** Who asks, and whom it concerns. Throws Refusal: `not_found`, `forbidden`; FieldRefusal for oneself, unless `orSelf`. */
  both(
    channelId: string,
    askerId: string,
    login: string,
    options?: { orSelf?: boolean },
  ): Promise<{ by: RankedPerson; target: RankedPerson }>;
}

export function createRoomActs({ database, caller, random, clock }: EdgeWorld): RoomActs {
  const { sql } = database;

  const acts: RoomActs = {
    async act(channelId, { id: byId, login, displayName }, done) {
      const id = random.uuid(clock.wallMs());
      const request = { type: "room.act", id, by: { id: byId, login, displayName }, ...done };
      return { id, ...(await caller.call<ActAnswer>("channel", channelId, request, { timeoutMs: ACT_WITHIN_MS })) };
    },
    async asker(channelId, id) {
      const found = await personInChannel(sql, { channelId, id });
      if (!found) throw new Refusal("not_signed_in");
      return found;
    },
    async person(channelId, login) {
      const found = isLogin(login) ? await personInChannel(sql, { channelId, login: login.toLowerCase() }) : null;
      if (!found) throw new Refusal("not_found");
      return found;
    },
    async both(channelId, askerId, login, { orSelf = false } = {}) {
      const target = await acts.person(channelId, login);
      const by = await acts.asker(channelId, askerId);
      if (target.id === by.id && orSelf) return { by, target };
      if (target.id === by.id) throw new FieldRefusal([{ path: "login", message: "somebody else than yourself" }]);
      if (!mayModerate(by, target)) throw outranked();
      return { by, target };
    },
  };
  return acts;
}

export const outranked = () => new Refusal("forbidden", "this person has your rank in this channel, or a higher one");
