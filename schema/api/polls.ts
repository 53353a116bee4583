// Polls of a room: one is open at a time, and each person has one vote. Counts are told to the room by the frame `poll`.

import { type Static, t } from "elysia";
import {
  CHOICE_LENGTH_MAX,
  CHOICES_MAX,
  CHOICES_MIN,
  POLL_MAX_MS,
  POLL_MIN_MS,
  QUESTION_LENGTH_MAX,
} from "../wire/chat-limits.ts";
import { idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, id, moment, orNull, pageOf, part, text, wholeNumber } from "./shapes.ts";
import { NAME_CHARACTER, VISIBLE_CHARACTER } from "./text-patterns.ts";

export const pollAnswer = answer("Poll", {
  id,
  question: text,
  /** A vote names a choice by its place, from 0. */
  choices: t.Array(part({ text, votes: count })),
  /** Of all choices. */
  votes: count,
  startedAt: moment,
  endsAt: moment,
  /** Null while people may vote. */
  endedAt: orNull(moment),
  /** Null: the account was deleted. */
  by: orNull(part({ id, login: text, displayName: text })),
});
export type PollView = Static<typeof pollAnswer>;

const shown = (lengthMax: number) =>
  t.String({
    pattern: `^(?=.*${VISIBLE_CHARACTER})${NAME_CHARACTER}{1,${lengthMax}}$`,
    description: `1 to ${lengthMax} characters that can be seen`,
  });

/** Choices that look alike are refused. */
export const openPoll = route("POST /api/v1/channels/:channel/chat/polls", {
  access: "moderator",
  scope: "moderation",
  limit: "write",
  body: t.Object(
    {
      question: shown(QUESTION_LENGTH_MAX),
      choices: t.Array(shown(CHOICE_LENGTH_MAX), {
        minItems: CHOICES_MIN,
        maxItems: CHOICES_MAX,
        description: `${CHOICES_MIN} to ${CHOICES_MAX} choices`,
      }),
      durationMs: wholeNumber({
        minimum: POLL_MIN_MS,
        maximum: POLL_MAX_MS,
        description: "a whole number of milliseconds, from 15 seconds to 30 minutes",
      }),
    },
    strict,
  ),
  answers: { 201: pollAnswer },
  codes: ["poll_open", "busy", "moved"],
  summary: "Open a poll",
});

export const listPolls = route("GET /api/v1/channels/:channel/chat/polls", {
  access: "all",
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(pollAnswer) },
  summary: "List the room's polls, newest first: one that is open is the first",
});

const pollParams = t.Object({ ...idParams.properties, channel: t.String() });

/** A vote cannot be changed. */
export const vote = route("POST /api/v1/channels/:channel/chat/polls/:id/votes", {
  access: "signed-in",
  limit: "write",
  params: pollParams,
  body: t.Object(
    { choice: wholeNumber({ minimum: 0, maximum: CHOICES_MAX - 1, description: "the place of a choice, from 0" }) },
    strict,
  ),
  answers: { 201: pollAnswer },
  codes: ["already_voted", "poll_over", "busy", "moved"],
  summary: "Vote in an open poll",
});

/** Without effect on a poll that is over. */
export const endPoll = route("DELETE /api/v1/channels/:channel/chat/polls/:id", {
  access: "moderator",
  scope: "moderation",
  limit: "write",
  params: pollParams,
  answers: { 200: pollAnswer },
  codes: ["busy", "moved"],
  summary: "End a poll; its result is told to the room",
});
