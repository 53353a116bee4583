// What in a line is not said in words: codes of emotes, and logins of people. The room judges lines without asking for them.

import { Refusal } from "#runtime/actor/actor.ts";
import { tokensOf } from "#schema/wire/emote-tokens.ts";
import { EMOTE_CODE_PATTERN, INSTANCE_ID } from "#schema/wire/emotes.ts";
import { LOGIN_PATTERN } from "#schema/wire/ids.ts";
import type { LineTokens } from "#schema/wire/room.ts";

/** People whose names are looked up for one line; further ones count as words. */
const LOGINS_MAX = 10;

const CODE = new RegExp(`^${EMOTE_CODE_PATTERN}$`, "u");
/** Behind a slash it is a part of an address. */
const MENTION = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}_@/])[@＠](${LOGIN_PATTERN})(?![\\p{L}\\p{M}\\p{N}_])`, "giu");

/** Each throws Refusal while the database is away. */
interface LookUps {
  /** Codes of a channel, or of the instance: `INSTANCE_ID`. */
  codesOf(id: string): Promise<ReadonlySet<string>>;
  isPerson(login: string): Promise<boolean>;
}

/** Never throws: what cannot be looked up counts as words. */
export async function lineTokens(channelId: string, body: string, { codesOf, isPerson }: LookUps): Promise<LineTokens> {
  const codes = new Set(tokensOf(body).filter((token) => CODE.test(token)));
  const logins = new Set(Array.from(body.matchAll(MENTION), ([, login]) => login!.toLowerCase()));
  const [sets, people] = await Promise.all([
    Promise.all(codes.size === 0 ? [] : [channelId, INSTANCE_ID].map((id) => orNone(codesOf(id), NO_CODES))),
    Promise.all(
      [...logins].slice(0, LOGINS_MAX).map(async (login) => ({ login, is: await orNone(isPerson(login), false) })),
    ),
  ]);
  return {
    emotes: [...codes].filter((code) => sets.some((set) => set.has(code))),
    logins: people.flatMap(({ login, is }) => (is ? [login] : [])),
  };
}

const NO_CODES: ReadonlySet<string> = new Set();

async function orNone<T>(looked: Promise<T>, none: T): Promise<T> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof Refusal) return none;
    throw error;
  }
}
