// For tests only: a room over a store in memory, with a clock that is turned by hand.

import { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type {
  Act,
  ActAnswer,
  ChatBatch,
  HistoryAnswer,
  LineTokens,
  SayAnswer,
  Speaking,
  Told,
} from "#schema/wire/room.ts";
import { type MemoryChatOptions, MemoryChatStore } from "./log/store-memory.ts";
import { openRoom, type Room } from "./room.ts";

export const channelId = "c1";
const log = createLog({ name: "test", level: "silent" });
export const moderator = { id: "m", login: "mod", displayName: "Mod" };
const author = (id: string) => ({ id, login: id, displayName: id, color: "#123456", badges: [] });

export function world(options: MemoryChatOptions & { seed?: number; leapMs?(): number } = {}) {
  const clock = new ManualClock();
  const random = new SeededRandom(options.seed ?? 1);
  const store = new MemoryChatStore(options);
  const published: ChatBatch[] = [];
  const fenced: number[] = [];
  const open = () => {
    const epoch = store.claim(channelId);
    const publish = (batch: ChatBatch) => published.push(batch);
    const onFenced = () => fenced.push(epoch);
    const nowMs = () => clock.wallMs() + (options.leapMs?.() ?? 0);
    return openRoom({ channelId, epoch, clock, random, log, store, nowMs, publish, onFenced });
  };
  const say = (
    room: Room,
    user: string,
    nonce: string,
    body = nonce,
    withinMs = 8_000,
    more: { badges?: string[]; tokens?: LineTokens; speaking?: Speaking; replyTo?: string } = {},
  ) => {
    const { badges = [], ...rest } = more;
    return room
      .handle(
        { type: "room.say", user: { ...author(user), badges }, nonce, body, ...rest },
        { id: nonce, deadlineMonoMs: clock.monoMs() + withinMs },
      )
      .then(
        (said) => said as SayAnswer,
        (error: unknown) => {
          if (error instanceof Refusal) return error.code;
          throw error;
        },
      );
  };
  const act = (room: Room, done: Act, id = random.uuid(clock.wallMs())) =>
    room.handle({ type: "room.act", id, by: moderator, ...done }, { id, deadlineMonoMs: clock.monoMs() + 8_000 }).then(
      (answer) => answer as ActAnswer,
      (error: unknown) => {
        if (error instanceof Refusal) return error.code;
        throw error;
      },
    );
  const history = (room: Room, after: number | null, limit = 50) =>
    room.handle(
      { type: "room.history", after, limit },
      { id: "h", deadlineMonoMs: clock.monoMs() + 2_000 },
    ) as Promise<HistoryAnswer>;
  /** What was told to some people alone, in order. */
  const told = (): Told[] => published.flatMap((batch) => batch.told ?? []);
  return { clock, random, store, published, fenced, told, open, say, act, history };
}

/** Turns the clock until the promise is settled. */
export async function turning<T>(clock: ManualClock, promise: Promise<T>, stepMs = 5): Promise<T> {
  let done = false;
  const mark = () => {
    done = true;
  };
  promise.then(mark, mark);
  for (let i = 0; i < 20_000 && !done; i++) await clock.settle(stepMs, stepMs);
  return promise;
}
