// Messages that no edge sends: the store refuses their values, or the handler throws. Only their asker must be affected.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Scene } from "../scene.ts";

const ROUNDS = 20;

export async function poison({ stage, show, strike }: Scene): Promise<string> {
  const { caller, talkers } = stage;
  const { id: channelId } = show.channel;
  const [talker] = talkers;
  if (!talker) throw new Error("the show has no talker");
  const outcomes = new Map<string, number>();
  const ask = async (message: unknown) => {
    const code = await caller.call("channel", channelId, message, { timeoutMs: 5_000 }).then(
      () => "taken",
      (error) => (error instanceof Refusal ? error.code : String(error)),
    );
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  };
  // JSON allows the character U+0000 but jsonb refuses it (SQLSTATE 22P05), in the same batches as other lines.
  const user = { id: talker.id, login: talker.login, displayName: "a\u0000b", color: "#123456", badges: [] };
  strike();
  for (let n = 0; n < ROUNDS; n++) {
    await Promise.all([
      ask({ type: "room.say", user, nonce: crypto.randomUUID(), body: "poisoned" }),
      ask({ type: "room.say" }),
      ask({ type: "publishDone" }),
      ask(null),
    ]);
    await Bun.sleep(100);
  }
  if (outcomes.get("invalid_body") !== ROUNDS)
    throw new Error(`no line was poisoned: ${JSON.stringify([...outcomes])}`);
  if (outcomes.get("internal") !== 3 * ROUNDS)
    throw new Error(`not every message was answered: ${JSON.stringify([...outcomes])}`);
  return `4 × ${ROUNDS} messages: ${JSON.stringify(Object.fromEntries(outcomes))}`;
}
