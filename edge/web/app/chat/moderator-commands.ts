// The commands of moderators. They need a channel's moderator, editor or owner, or an admin.

import { TIMEOUT_MAX_MS, TIMEOUT_MIN_MS } from "#schema/wire/chat-limits.ts";
import { isLogin } from "#schema/wire/ids.ts";
import type { SettingsChange } from "#schema/wire/room.ts";
import { MODE_FOR_MAX_MS, MODE_FOR_MIN_MS } from "#schema/wire/timed-modes.ts";
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

/** `10m for 1h`: a value, and how long the mode stays on. */
const FOR = /^(.*?)(?:^|\s+)for\s+(.+)$/is;

interface ModeCommand {
  name: string;
  help: string;
  off: SettingsChange;
  on: SettingsChange;
  /** Null for a value that cannot be. Default: the mode has none. */
  withValue?(value: string): SettingsChange | null;
}

/** Switches a mode by `/name` and off by `/name off` or `/nameoff`; with `for 1h` it ends by itself. */
function mode({ name, help, off, on, withValue }: ModeCommand): Command[] {
  const change = (call: CommandCall, to: SettingsChange, forMs?: number) =>
    done(changeModes(call.channel, { ...to, ...(forMs !== undefined && { forMs }) }));
  return [
    command(name, withValue ? words.timeForTime : words.forTime, help, async (call) => {
      if (/^off$/i.test(call.argument)) return change(call, off);
      const [, typed = call.argument, time] = FOR.exec(call.argument) ?? [];
      const value = typed.trim();
      const to = value === "" ? on : (withValue?.(value) ?? null);
      if (!to) return withValue ? words.badDuration : words.badEnd;
      if (time === undefined) return change(call, to);
      const forMs = durationMsOf(time);
      if (forMs === null || forMs < MODE_FOR_MIN_MS || forMs > MODE_FOR_MAX_MS) return words.badEnd;
      return change(call, to, forMs);
    }),
    command(`${name}off`, "", words.endOf(name), (call) => change(call, off)),
  ];
}

const lasting = (value: string, to: (ms: number) => SettingsChange) => {
  const ms = durationMsOf(value);
  return ms === null ? null : to(ms);
};

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
  ...mode({
    name: "slow",
    help: words.slow,
    off: { slowMs: 0 },
    on: { slowMs: SLOW_MS },
    withValue: (value) => lasting(value, (slowMs) => ({ slowMs })),
  }),
  ...mode({
    name: "followers",
    help: words.followers,
    off: { followersOnly: false },
    on: { followersOnly: true, followersOnlyMs: 0 },
    withValue: (value) => lasting(value, (followersOnlyMs) => ({ followersOnly: true, followersOnlyMs })),
  }),
  ...mode({
    name: "subscribers",
    help: words.subscribers,
    off: { subscribersOnly: false },
    on: { subscribersOnly: true },
  }),
  ...mode({ name: "emoteonly", help: words.emoteOnly, off: { emoteOnly: false }, on: { emoteOnly: true } }),
  ...mode({
    name: "unique",
    help: words.unique,
    off: { uniqueMs: 0 },
    on: { uniqueMs: UNIQUE_MS },
    withValue: (value) => lasting(value, (uniqueMs) => ({ uniqueMs })),
  }),
  ...mode({ name: "shield", help: words.shield, off: { shield: false }, on: { shield: true } }),
];
