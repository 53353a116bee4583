// Serves schema/api/polls.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { endPoll, listPolls, openPoll, type PollView, vote } from "#schema/api/polls.ts";
import { pollById, pollsOf } from "#schema/queries/chat/polls.ts";
import { sameChoices } from "#schema/wire/poll-choices.ts";
import type { VoteRequest } from "#schema/wire/room-events.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { idCursor } from "../../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import type { RoomActs } from "../room-acts.ts";

const VOTE_WITHIN_MS = 6_000;

export function pollRoutes({ database, caller, random, clock }: EdgeWorld, { act, asker }: RoomActs): Served[] {
  const { sql } = database;

  return [
    serve(openPoll, async ({ who, channel, body }) => {
      const choices = body.choices.map((choice) => choice.trim());
      const again = sameChoices(choices);
      if (again !== null) throw new FieldRefusal([{ path: `choices.${again}`, message: "different from the others" }]);
      const pollId = random.uuid(clock.wallMs());
      const opened = { act: "poll-open", pollId, question: body.question.trim(), choices } as const;
      const by = await asker(channel.id, who.userId);
      const { state } = await act(channel.id, by, { ...opened, durationMs: body.durationMs });
      return known(state?.poll, { channelId: channel.id, pollId });
    }),
    serve(listPolls, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const beforeId = idCursor.read(query.cursor)?.id ?? null;
      const polls = await pollsOf(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
      const items = polls.slice(0, limit);
      return { items, nextCursor: polls.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(vote, async ({ who, channel, params, body }) => {
      const id = random.uuid(clock.wallMs());
      const request = { type: "room.vote", id, userId: who.userId, pollId: params.id, choice: body.choice } as const;
      try {
        const timeoutMs = VOTE_WITHIN_MS;
        return await caller.call<PollView>("channel", channel.id, request satisfies VoteRequest, { timeoutMs });
      } catch (error) {
        // A poll that was never there is not over.
        if (codeOf(error) === "poll_over") await known(null, { channelId: channel.id, pollId: params.id });
        throw error;
      }
    }),
    serve(endPoll, async ({ who, channel, params }) => {
      const by = await asker(channel.id, who.userId);
      try {
        const { state } = await act(channel.id, by, { act: "poll-end", pollId: params.id });
        return await known(state?.poll, { channelId: channel.id, pollId: params.id });
      } catch (error) {
        if (codeOf(error) !== "poll_over") throw error;
        return known(null, { channelId: channel.id, pollId: params.id });
      }
    }),
  ];

  /** Throws Refusal `not_found`. */
  async function known(
    poll: PollView | null | undefined,
    at: { channelId: string; pollId: string },
  ): Promise<PollView> {
    const found = poll?.id === at.pollId ? poll : await pollById(sql, at);
    if (!found) throw new Refusal("not_found");
    return found;
  }
}

const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : null);
