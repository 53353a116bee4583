// Answers other edges, and this one, who of their sockets here is in a room.

import { type Log, reason } from "#runtime/base/log.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { ChatterView } from "#schema/api/chatters.ts";
import { CHATTERS_MAX } from "#schema/wire/chat-limits.ts";
import type { ChattersAsk, ChattersHere } from "#schema/wire/chatters.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Speaker } from "./speakers.ts";

interface Person {
  speaker: Speaker;
  ownerUserId: string;
}

interface ChattersHereOptions {
  bus: Bus;
  log: Log;
  /** The signed-in people in a room here, each once. */
  peopleIn(channelId: string): Person[];
  chatterOf(channelId: string, person: Person): Promise<ChatterView>;
}

/** Returns stop. */
export function answerChatters({ bus, log, peopleIn, chatterOf }: ChattersHereOptions): () => void {
  const listening = bus.subscribe(subjects.chatters, (body) => {
    const { channelId, askId } = body as Partial<ChattersAsk>;
    if (typeof channelId !== "string" || typeof askId !== "string") return;
    const people = peopleIn(channelId);
    if (people.length === 0) return;
    here(channelId, people).then(
      (answer) => bus.publish(subjects.chattersHere(askId), answer),
      (error: unknown) => log.warn({ channel: channelId, reason: reason(error) }, "chatters are not told"),
    );
  });

  return () => {
    listening.drain().catch((error: unknown) => log.debug({ reason: reason(error) }, "subscription was not drained"));
  };

  async function here(channelId: string, people: Person[]): Promise<ChattersHere> {
    const count = people.length;
    if (count > CHATTERS_MAX) return { count, people: null };
    return { count, people: await Promise.all(people.map((person) => chatterOf(channelId, person))) };
  }
}
