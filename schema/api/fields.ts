// Fields that several requests share, with their limits. A field's `description` is the text of its validation error.

import { t } from "elysia";
import { LOGIN_LENGTH_MAX, LOGIN_PATTERN, UUID_PATTERN } from "../wire/ids.ts";
import { NAME_COLOR_PATTERN, NAME_COLORS } from "../wire/name-colors.ts";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "../wire/passwords.ts";
import { wholeNumber } from "./shapes.ts";
import { NAME_CHARACTER, VISIBLE_CHARACTER } from "./text-patterns.ts";

/** Unknown fields of bodies and paths are refused. Those of queries are ignored: people add `utm_source` to links. */
export const strict = { additionalProperties: false } as const;

/** For routes whose path has all inputs. */
export const emptyBody = t.Object({}, strict);

/** `:id` of a path. A malformed id is 404. */
export const idParams = t.Object(
  { id: t.String({ pattern: `^${UUID_PATTERN}$`, maxLength: 36, description: "an id" }) },
  strict,
);

/** No control characters, and no invisible ones that reorder or hide text. Joiners are allowed: emoji and scripts need them. */
const NAME_TEXT = `${NAME_CHARACTER}*$`;
/** The same, with something to see. */
export const NAME_PATTERN = `^(?=.*${VISIBLE_CHARACTER})${NAME_TEXT}`;
const TITLE_PATTERN = `^(?=$|.*${VISIBLE_CHARACTER})${NAME_TEXT}`;

/** The edge folds it to lower case. */
export const login = t.String({
  pattern: `^${LOGIN_PATTERN}$`,
  maxLength: LOGIN_LENGTH_MAX,
  description: "3 to 25 letters a–z, digits and underscores",
});

/** Without the specials of RFC 5322 §3.2.3: a mailer would take `<a@b.org>` for a@b.org, so that one mailbox could have two accounts. Without
 *  characters that nobody sees: two addresses would look alike. */
const MAIL_CHARACTER = `(?![@<>()\\[\\]\\\\,;:"])${VISIBLE_CHARACTER}`;
const HOST_CHARACTER = `(?!\\.)${MAIL_CHARACTER}`;
export const EMAIL_PATTERN = `^(?:${MAIL_CHARACTER}){1,64}@(?:${HOST_CHARACTER})+(?:\\.(?:${HOST_CHARACTER})+)+$`;
export const EMAIL_LENGTH_MAX = 254;

export const email = t.String({
  pattern: EMAIL_PATTERN,
  maxLength: EMAIL_LENGTH_MAX,
  description: "an e-mail address",
});

export const password = t.String({
  minLength: PASSWORD_LENGTH_MIN,
  maxLength: PASSWORD_LENGTH_MAX,
  description: `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`,
});

/** Of a channel: shared by all who may watch, so it may be shorter than a person's. */
export const playbackPassword = t.String({ minLength: 4, maxLength: 100, description: "4 to 100 characters" });

export const displayName = t.String({
  pattern: NAME_PATTERN,
  minLength: 1,
  maxLength: 50,
  description: "1 to 50 characters that can be seen",
});

/** Shown adjusted to the background. */
export const nameColor = t.String({
  pattern: `^(?:${NAME_COLOR_PATTERN})$`,
  description: `# and six hexadecimal digits, or one of ${Object.keys(NAME_COLORS).join(", ")}`,
});

export const title = t.String({
  pattern: TITLE_PATTERN,
  maxLength: 140,
  description: "at most 140 characters, no control characters",
});

/** Plain text with line breaks. A carriage return is none: browsers send it in no field that is read by a script. */
export const longText = (lengthMax: number) =>
  t.String({
    pattern: `^(?:\\n|${NAME_CHARACTER})*$`,
    maxLength: lengthMax,
    description: `at most ${lengthMax} characters, no control characters but line breaks`,
  });

/** Like `longText`, with something to see, and counted in code points. */
export const noteText = (lengthMax: number) =>
  t.String({
    pattern: `^(?=[\\s\\S]*${VISIBLE_CHARACTER})(?:\\n|${NAME_CHARACTER}){1,${lengthMax}}$`,
    maxLength: 2 * lengthMax,
    description: `1 to ${lengthMax} characters, no control characters but line breaks`,
  });

/** Name or slug of a category; the edge looks it up. */
export const category = t.String({ pattern: NAME_PATTERN, minLength: 1, maxLength: 60, description: "a category" });

export const tag = t.String({ pattern: NAME_PATTERN, minLength: 1, maxLength: 25, description: "1 to 25 characters" });

/** BCP 47, as far as a language picker needs it. */
export const language = t.String({
  pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$",
  maxLength: 30,
  description: "a language tag such as en or pt-BR, or null",
});

/** The reason for an act of staff: kept in the audit log, and shown to a suspended user. */
export const reason = t.String({ minLength: 1, maxLength: 500, description: "1 to 500 characters" });

const PAGE_LIMIT_DEFAULT = 20;

/** Query fields of a list. In a query an empty value counts as absent. */
export const page = {
  limit: t.Optional(wholeNumber({ minimum: 1, maximum: 100, description: "a whole number from 1 to 100" })),
  cursor: t.Optional(t.String({ maxLength: 200, description: "nextCursor of the previous page" })),
};

/** Maximum number of items of a page. */
export const pageLimit = ({ limit = PAGE_LIMIT_DEFAULT }: { limit?: number }) => limit;

/** The answer of a list. */
export interface Page<Item> {
  items: Item[];
  /** Null on the last page. */
  nextCursor: string | null;
}
