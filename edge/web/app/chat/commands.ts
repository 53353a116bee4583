// The commands of the composer: `/name argument`. Those of moderators: moderator-commands.ts.

import { isLogin } from "#schema/wire/ids.ts";
import { ApiError, errorText } from "../api.ts";
import { blockAloud, unblockAloud } from "../people/block-person.ts";
import { changeRole, type GivenRole } from "../people/role-acts.ts";
import { capitalized } from "../ui/capitalized.ts";
import { words } from "../words/commands.ts";
import type { Command, CommandCall } from "./command.ts";
import { MODERATOR_COMMANDS } from "./moderator-commands.ts";
import { NAME_COLOR_COMMAND } from "./name-color-command.ts";
import type { Room } from "./room.ts";
import { ROOM_COMMANDS } from "./room-commands.ts";

type CallOn = CommandCall & {
  /** Login of the person that was named. */
  person: string;
};

const userIdOf = ({ room, person }: CallOn) =>
  room.entries.peek().lines.find(({ user }) => user.login === person)?.user.id ?? null;

const onPerson = (
  name: string,
  help: string,
  roles: readonly string[] | null,
  run: (call: CallOn) => Promise<unknown>,
): Command => ({
  ...{ name, argument: words.login, help, roles },
  async run(call) {
    const person = call.argument.replace(/^@/, "").toLowerCase();
    if (!isLogin(person)) return words.usage(name, words.login);
    await run({ ...call, person });
    return null;
  },
});
const roleCommand = (name: string, help: string, role: GivenRole, has: boolean) =>
  onPerson(name, help, ["broadcaster"], ({ channel, person }) => changeRole({ channel, person, role, has }));
const blockable = (call: CallOn) => ({ id: userIdOf(call), login: call.person, displayName: call.person });

const COMMANDS: readonly Command[] = [
  { name: "me", argument: words.text, help: words.me, roles: null, run: null },
  onPerson("block", words.block, null, (call) => blockAloud(blockable(call))),
  onPerson("unblock", words.unblock, null, (call) => unblockAloud(blockable(call))),
  NAME_COLOR_COMMAND,
  roleCommand("mod", words.mod, "moderator", true),
  roleCommand("unmod", words.unmod, "moderator", false),
  roleCommand("vip", words.vip, "vip", true),
  roleCommand("unvip", words.unvip, "vip", false),
  ...MODERATOR_COMMANDS,
  ...ROOM_COMMANDS,
];

/** `roles`: of the person in this room. */
export const commandsFor = (roles: readonly string[]) => COMMANDS.filter((command) => mayUse(command, roles));

const mayUse = (command: Command, roles: readonly string[]) =>
  command.roles?.some((role) => roles.includes(role)) ?? true;

/** Null: done. A text: why not, and what to write instead. */
export async function runCommand(text: string, channel: string, room: Room): Promise<string | null> {
  const [, name = "", argument = ""] = /^\/(\S*)\s*(.*)$/s.exec(text.trim()) ?? [];
  const command = COMMANDS.find((one) => one.name === name.toLowerCase());
  if (!command) return words.unknown(name);
  if (!mayUse(command, room.you.peek()?.roles ?? []))
    return command.roles?.includes("moderator") ? words.notForYou(command.name) : words.onlyOwner(command.name);
  if (!command.run) return words.usage(command.name, command.argument);
  try {
    return await command.run({ channel, room, argument: argument.trim() });
  } catch (error) {
    const [, person = ""] = /^@?(\S*)/.exec(argument) ?? [];
    if (error instanceof ApiError && error.code === "not_found") return words.nobody(person.toLowerCase());
    return capitalized(errorText(error));
  }
}
