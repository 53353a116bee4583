// The commands of moderators. They need a channel's moderator, editor or owner, or an admin.

import { TIMEOUT_MAX_MS, TIMEOUT_MIN_MS } from "#schema/wire/chat-limits.ts";
import { isLogin } from "#schema/wire/ids.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { ban, changeModes, clearChat, deleteLine, TIMEOUT_MS, unban, warn } from "../people/moderation-acts.ts";
import { words } from "../words/commands.ts";
import type { Command, CommandCall } from "./command.ts";
import { durationMsOf } from "./duration.ts";
import { MODERATORS } from "./room-commands.ts";

const SLOW_MS = 30_000;
const UNIQUE_MS = 10 * 60_000;

/** Text: what is wrong with what was typed. */
type Run = (call: CommandCall) => Promise<string | null>;

const command = (name: string, argument: string, help: string, run: Run): Command => ({
  ...{ name, argument, help, run, roles: MODERATORS },
});

/** The first word as a login, and what follows it. */
function named(argument: string): { person: string; rest: string } | null {
  const [, first = "", rest = ""] = /^@?(\S+)\s*(.*)$/s.exec(argument) ?? [];
  return isLogin(first) ? { person: first.toLowerCase(), rest: rest.trim() } : null;
}

const onPerson = (
  name: string,
  argument: string,
  help: string,
  run: (call: CommandCall & { person: string; rest: string }) => Promise<string | null>,
) =>
  command(name, argument, help, async (call) => {
    const found = named(call.argument);
    return found ? run({ ...call, ...found }) : words.usage(name, words.login);
  });

const done = async (work: Promise<unknown>): Promise<null> => {
  await work;
  return null;
};

/** Switches a mode by `/name` and off by `/name off` or `/nameoff`. `on`: null for a value that cannot be. */
function mode(
  name: string,
  argument: string,
  help: string,
  off: SettingsChange,
  on: (value: string) => SettingsChange | null,
): Command[] {
  const change = (call: CommandCall, to: SettingsChange) => done(changeModes(call.channel, to));
  return [
    command(name, argument, help, async (call) => {
      if (/^off$/i.test(call.argument)) return change(call, off);
      const to = on(call.argument);
      return to ? change(call, to) : words.badDuration;
    }),
    command(`${name}off`, "", words.endOf(name), (call) => change(call, off)),
  ];
}

const lasting = (value: string, byDefaultMs: number) => (value === "" ? byDefaultMs : durationMsOf(value));

export const MODERATOR_COMMANDS: readonly Command[] = [
  onPerson("timeout", words.loginAndTime, words.timeout, async ({ channel, person, rest }) => {
    // `1h spam`: the time is the first word, the reason the rest. `spam`: a reason alone.
    const [, first = "", more = ""] = /^(-?\d\S*)?\s*(.*)$/s.exec(rest) ?? [];
    const durationMs = first === "" ? TIMEOUT_MS : durationMsOf(first);
    if (durationMs === null || durationMs < TIMEOUT_MIN_MS || durationMs > TIMEOUT_MAX_MS) return words.badTimeout;
    return done(ban({ channel, person, durationMs, reason: more }));
  }),
  onPerson("ban", words.login, words.ban, ({ channel, person, rest }) =>
    done(ban({ channel, person, durationMs: null, reason: rest })),
  ),
  onPerson("unban", words.login, words.unban, ({ channel, person }) => done(unban({ channel, person }))),
  onPerson("warn", words.loginAndReason, words.warn, async ({ channel, person, rest }) =>
    rest === "" ? words.usage("warn", words.loginAndReason) : done(warn({ channel, person, reason: rest })),
  ),
  onPerson("delete", words.login, words.delete, async ({ channel, room, person }) => {
    const { lines } = room.entries.peek();
    const last = lines.findLast(({ user, deleted }) => user.login === person && !deleted);
    return last ? done(deleteLine(channel, last.id)) : words.noMessage(person);
  }),
  command("clear", "", words.clear, ({ channel }) => done(clearChat(channel))),
  ...mode("slow", words.time, words.slow, { slowMs: 0 }, (value) => {
    const slowMs = lasting(value, SLOW_MS);
    return slowMs === null ? null : { slowMs };
  }),
  ...mode("followers", words.time, words.followers, { followersOnly: false }, (value) => {
    const followersOnlyMs = lasting(value, 0);
    return followersOnlyMs === null ? null : { followersOnly: true, followersOnlyMs };
  }),
  ...mode("subscribers", "", words.subscribers, { subscribersOnly: false }, () => ({ subscribersOnly: true })),
  ...mode("emoteonly", "", words.emoteOnly, { emoteOnly: false }, () => ({ emoteOnly: true })),
  ...mode("unique", words.time, words.unique, { uniqueMs: 0 }, (value) => {
    const uniqueMs = lasting(value, UNIQUE_MS);
    return uniqueMs === null ? null : { uniqueMs };
  }),
  ...mode("shield", "", words.shield, { shield: false }, () => ({ shield: true })),
];
