// The user of a provider's account: the linked one, or a new one. Never a user who merely has the same e-mail address.

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { createUserByIdentity, userOfIdentity } from "#schema/queries/accounts/identities.ts";
import { LOGIN_LENGTH_MAX, LOGIN_LENGTH_MIN } from "#schema/wire/ids.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { OAuthFault, type Person } from "./provider.ts";

interface FoundUser {
  userId: string;
  isNew: boolean;
}

const TRIES_MAX = 8;

/** Throws OAuthFault: `account_exists`, `oauth_email_missing`, `oauth_email_unverified`. */
export async function userOfPerson(
  { sql, random, clock }: { sql: Sql; random: Random; clock: Clock },
  provider: string,
  person: Person,
): Promise<FoundUser> {
  const identity = { provider, subject: person.subject, name: person.name };
  const known = await userOfIdentity(sql, identity);
  if (known !== null) return { userId: known, isNew: false };
  const { email } = person;
  if (email === null) throw new OAuthFault("oauth_email_missing", "the provider gave no address");
  // An unverified address may be another person's, who could later claim this account by it.
  if (!person.emailVerified) throw new OAuthFault("oauth_email_unverified", "the provider has not checked the address");

  for (const login of logins(person.nickname, random)) {
    if (isReservedLogin(login)) continue;
    const nowMs = clock.wallMs();
    const id = random.uuid(nowMs);
    const displayName = person.nickname.toLowerCase() === login ? person.nickname : login;
    const user = { ...identity, id, channelId: random.uuid(nowMs), login, displayName, email };
    const made = await createUserByIdentity(sql, user);
    if (made === "created") return { userId: id, isNew: true };
    // Another tab of the same person may have created the account meanwhile.
    const other = await userOfIdentity(sql, identity);
    if (other !== null) return { userId: other, isNew: false };
    if (made === "email_taken") throw new OAuthFault("account_exists", "somebody has this address");
  }
  throw new OAuthFault("oauth_failed", "no login was free");
}

/** Proposals for a login: the nickname as far as a login allows, then with random digits. */
export function* logins(nickname: string, random: Random): Generator<string> {
  const plain = (nickname.split("@")[0] ?? "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "");
  const stem = plain.length >= LOGIN_LENGTH_MIN ? plain : `user_${plain}`.replace(/_$/, "");
  if (plain.length >= LOGIN_LENGTH_MIN) yield plain.slice(0, LOGIN_LENGTH_MAX);
  for (let i = 1; i < TRIES_MAX; i++) {
    const digits = String(100 + Math.floor(random.next() * 900) * (i > 3 ? 1_000 : 1)).slice(0, i > 3 ? 6 : 3);
    yield `${stem.slice(0, LOGIN_LENGTH_MAX - digits.length - 1)}_${digits}`;
  }
}
