// Serves schema/api/chatters.ts: asks all edges who is in the room, and answers what came back in time.

import { LruMap } from "#runtime/base/lru.ts";
import { type ChattersView, type ChatterView, listChatters } from "#schema/api/chatters.ts";
import { CHATTERS_MAX } from "#schema/wire/chat-limits.ts";
import type { ChattersAsk, ChattersHere } from "#schema/wire/chatters.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";

/** Edges answer from memory. */
const ANSWERS_WITHIN_MS = 250;
/** An answer is used again for this time. With the wait it is under 5 s old. */
const KEPT_MS = 4_000;
const ROOMS_MAX = 1_000;

export function chatterRoutes({ bus, clock, random }: Pick<EdgeWorld, "bus" | "clock" | "random">): Served[] {
  const asked = new LruMap<string, { untilMs: number; answer: Promise<ChattersView> }>(ROOMS_MAX);

  return [
    serve(listChatters, ({ channel }) => {
      const nowMs = clock.monoMs();
      const known = asked.get(channel.id);
      if (known && nowMs < known.untilMs) return known.answer;
      const answer = ask(channel.id);
      asked.set(channel.id, { untilMs: nowMs + KEPT_MS, answer });
      answer.catch(() => asked.delete(channel.id));
      return answer;
    }),
  ];

  async function ask(channelId: string): Promise<ChattersView> {
    const askId = random.uuid(clock.wallMs());
    const found: ChattersHere[] = [];
    const answers = bus.subscribe(subjects.chattersHere(askId), (body) => found.push(body as ChattersHere));
    try {
      // The subscription must be known to the server before anybody answers.
      await bus.flush();
      bus.publish(subjects.chatters, { channelId, askId } satisfies ChattersAsk);
      await clock.sleep(ANSWERS_WITHIN_MS);
    } finally {
      void answers.drain().catch(() => {});
    }
    return together(found);
  }
}

/** A person on several edges counts once, unless there are too many people to name. */
export function together(found: readonly ChattersHere[]): ChattersView {
  const people = new Map<string, ChatterView>();
  let count = 0;
  for (const here of found) {
    count += here.count;
    for (const person of here.people ?? []) people.set(person.id, person);
  }
  if (found.some((here) => here.people === null) || people.size > CHATTERS_MAX) return { count, people: null };
  const named = [...people.values()].sort((a, b) => (a.login < b.login ? -1 : 1));
  return { count: named.length, people: named };
}
