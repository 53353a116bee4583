// What a password must be: not common, not the own name. Its length: schema/wire/passwords.ts.

import { PASSWORD_LENGTH_MIN } from "#schema/wire/passwords.ts";
import { COMMON_PASSWORDS } from "./common-passwords.ts";
import { normalPassword } from "./hashing.ts";

const ROWS = ["1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"];

/**
 * What is wrong with a new password; null: nothing. Checks the normalized password, which is hashed: it can be shorter than the sent one,
 * whose length the schema has checked.
 */
export function passwordFault(password: string, { login, email }: { login: string; email: string }): string | null {
  const normal = normalPassword(password);
  if ([...normal].length < PASSWORD_LENGTH_MIN) return `a password has at least ${PASSWORD_LENGTH_MIN} characters`;
  const plain = normal.toLowerCase();
  if (COMMON_PASSWORDS.has(plain)) return "this password is among the most common ones";
  if (/^(.{1,4})\1+$/su.test(plain)) return "a password must not be one thing repeated";
  if (ROWS.some((row) => isAlong(row, plain) || isAlong([...row].reverse().join(""), plain)))
    return "a password must not be a row of keys or of the alphabet";
  const own = [login, email, email.split("@")[0]!].map((name) => name.toLowerCase());
  if (own.some((name) => plain === name || plain === name + name))
    return "a password must not be your login or e-mail address";
  return null;
}

/** True if the text follows the row from any position, starting over at its end. */
const isAlong = (row: string, text: string) => row.repeat(Math.ceil(text.length / row.length) + 1).includes(text);
