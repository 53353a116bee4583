// Formats of ids, logins and slugs: one pattern each, and the predicates built on it.

/** A UUID in lower case, as PostgreSQL writes it. Without anchors, for use in longer patterns. */
export const UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

export const LOGIN_LENGTH_MIN = 3;
export const LOGIN_LENGTH_MAX = 25;
/** Characters of a login in any letter case: the inside of a character class. */
export const LOGIN_CHARACTERS = "A-Za-z0-9_";
/** A login in any letter case, as people type it. Without anchors. */
export const LOGIN_PATTERN = `[${LOGIN_CHARACTERS}]{${LOGIN_LENGTH_MIN},${LOGIN_LENGTH_MAX}}`;

export const SLUG_LENGTH_MAX = 60;
/** A category's slug: small letters, digits, and single hyphens between them. Without anchors; for texts of up to `SLUG_LENGTH_MAX`. */
export const SLUG_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*";

const UUID = new RegExp(`^${UUID_PATTERN}$`);
const LOGIN = new RegExp(`^${LOGIN_PATTERN}$`);

/** Lower case only. */
export const isUuid = (text: string) => UUID.test(text);

/** Wall time in ms at which a UUIDv7 was made (RFC 9562 §5.7). Null: another kind of UUID. */
export const madeAtMs = (id: string) =>
  isUuid(id) && id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;

/** In any letter case. */
export const isLogin = (text: string) => LOGIN.test(text);
