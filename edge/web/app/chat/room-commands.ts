// Commands that do something for the whole room: announcements, the pinned message, polls, raids.

import {
  CHOICE_LENGTH_MAX,
  CHOICES_MAX,
  CHOICES_MIN,
  POLL_MAX_MS,
  POLL_MIN_MS,
  QUESTION_LENGTH_MAX,
} from "#schema/wire/chat-limits.ts";
import { isLogin } from "#schema/wire/ids.ts";
import { showsSomething } from "#schema/wire/visible-text.ts";
import { announce, cancelRaid, endPoll, openPoll, pinLine, startRaid, unpin } from "../people/room-acts.ts";
import { words } from "../words/commands.ts";
import type { Command, CommandCall } from "./command.ts";
import { durationMsOf } from "./duration.ts";

export const MODERATORS = ["moderator", "editor", "broadcaster", "admin"];
const RAIDERS = ["editor", "broadcaster", "admin"];
const POLL_MS = 2 * 60_000;

type Run = (call: CommandCall) => Promise<string | undefined>;

const command = (name: string, argument: string, help: string, run: Run, roles = MODERATORS): Command => ({
  ...{ name, argument, help, roles },
  run: async (call) => (await run(call)) ?? null,
});

export interface AskedPoll {
  question: string;
  choices: string[];
  durationMs: number;
}

/** `5m Where to next? | The wreck | Kelp`: the time may be left out. A text: what is wrong with it. */
export function readPoll(argument: string): AskedPoll | string {
  const [first = "", ...choices] = argument.split("|").map((part) => part.trim());
  const [, time, rest = ""] = /^(\d{1,7}[smh]?)\s+(.*)$/is.exec(first) ?? [];
  const timeMs = time === undefined ? null : durationMsOf(time);
  const question = timeMs === null ? first : rest;
  if (question === "" || choices.length < CHOICES_MIN || choices.length > CHOICES_MAX)
    return words.badPoll(CHOICES_MAX);
  if (!choices.every(showsSomething)) return words.emptyChoice;
  const isTooLong = (text: string, lengthMax: number) => [...text].length > lengthMax;
  if (isTooLong(question, QUESTION_LENGTH_MAX) || choices.some((choice) => isTooLong(choice, CHOICE_LENGTH_MAX)))
    return words.pollTooLong(QUESTION_LENGTH_MAX, CHOICE_LENGTH_MAX);
  const durationMs = timeMs ?? POLL_MS;
  if (durationMs < POLL_MIN_MS || durationMs > POLL_MAX_MS) return words.badPollTime;
  return { question, choices, durationMs };
}

/** The last message of who is named; without a name the one that is being answered. */
function lineToPin({ argument, room }: CommandCall): string | null {
  const login = argument.replace(/^@/, "").toLowerCase();
  if (login === "") return room.answering.peek()?.id ?? null;
  const { lines } = room.entries.peek();
  return lines.findLast(({ user, deleted, notice }) => user.login === login && !deleted && !notice)?.id ?? null;
}

export const ROOM_COMMANDS: readonly Command[] = [
  command("announce", words.text, words.announce, async ({ channel, argument }) => {
    if (argument === "") return words.usage("announce", words.text);
    await announce({ channel, body: argument });
  }),
  command("pin", words.login, words.pin, async (call) => {
    const lineId = lineToPin(call);
    if (lineId === null) return call.argument === "" ? words.nothingToPin : words.noMessage(call.argument);
    await pinLine({ channel: call.channel, lineId });
    call.room.answering.value = null;
  }),
  command("unpin", "", words.unpin, async ({ channel }) => void (await unpin(channel))),
  command("poll", words.pollArgument, words.poll, async ({ channel, argument }) => {
    const poll = readPoll(argument);
    if (typeof poll === "string") return poll;
    await openPoll({ channel, ...poll });
  }),
  command("endpoll", "", words.endPoll, async ({ channel, room }) => {
    const poll = room.events.poll.peek();
    if (!poll || poll.endedAt !== null) return words.noPoll;
    await endPoll({ channel, pollId: poll.id });
  }),
  command(
    "raid",
    words.login,
    words.raid,
    async ({ channel, argument }) => {
      const to = argument.replace(/^@/, "").toLowerCase();
      if (!isLogin(to)) return words.usage("raid", words.login);
      await startRaid({ channel, to });
    },
    RAIDERS,
  ),
  command("unraid", "", words.unraid, async ({ channel }) => void (await cancelRaid(channel)), RAIDERS),
];
