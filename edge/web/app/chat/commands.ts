// The commands of the composer: `/name argument`. Each does something today; those of moderators join the list when the room can do them.

import { isLogin } from "#schema/wire/ids.ts";
import { ApiError, errorText } from "../api.ts";
import { blockAloud, unblockAloud } from "../people/block-person.ts";
import { changeRole, type GivenRole } from "../people/role-acts.ts";
import { capitalized } from "../ui/capitalized.ts";
import { words } from "../words/commands.ts";
import type { Room } from "./room.ts";

interface Command {
  /** Without the slash. */
  name: string;
  /** What follows it, in words. Empty: nothing. */
  argument: string;
  /** One line. */
  help: string;
  /** A role that the person needs; null: none. */
  role: string | null;
  /** Does it, and says so by a toast. Rejects if it cannot be done. Null: it is said in the room, which understands it. */
  run: ((call: CommandCall) => Promise<unknown>) | null;
}

interface CommandCall {
  /** Login of the channel. */
  channel: string;
  room: Room;
  /** Login of the person that was named. */
  person: string;
}

const userIdOf = ({ room, person }: CommandCall) =>
  room.entries.peek().lines.find(({ user }) => user.login === person)?.user.id ?? null;

const onPerson = (name: string, help: string, role: string | null, run: (call: CommandCall) => Promise<unknown>) => ({
  ...{ name, argument: words.login, help, role, run },
});
const roleCommand = (name: string, help: string, role: GivenRole, has: boolean) =>
  onPerson(name, help, "broadcaster", ({ channel, person }) => changeRole({ channel, person, role, has }));
const blockable = (call: CommandCall) => ({ id: userIdOf(call), login: call.person, displayName: call.person });

const COMMANDS: readonly Command[] = [
  { name: "me", argument: words.text, help: words.me, role: null, run: null },
  onPerson("block", words.block, null, (call) => blockAloud(blockable(call))),
  onPerson("unblock", words.unblock, null, (call) => unblockAloud(blockable(call))),
  roleCommand("mod", words.mod, "moderator", true),
  roleCommand("unmod", words.unmod, "moderator", false),
  roleCommand("vip", words.vip, "vip", true),
  roleCommand("unvip", words.unvip, "vip", false),
];

/** `roles`: of the person in this room. */
export const commandsFor = (roles: readonly string[]) =>
  COMMANDS.filter(({ role }) => role === null || roles.includes(role));

/** Null: done. A text: why not, and what to write instead. */
export async function runCommand(text: string, channel: string, room: Room): Promise<string | null> {
  const [, name = "", argument = ""] = /^\/([a-z]*)\s*(.*)$/is.exec(text.trim()) ?? [];
  const command = commandsFor(room.you.peek()?.roles ?? []).find((one) => one.name === name.toLowerCase());
  if (!command) return words.unknown(name);
  const person = argument.trim().replace(/^@/, "").toLowerCase();
  if (!command.run) return words.usage(command.name, command.argument);
  if (!isLogin(person)) return words.usage(command.name, command.argument);
  try {
    await command.run({ channel, room, person });
    return null;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return words.nobody(person);
    return capitalized(errorText(error));
  }
}
