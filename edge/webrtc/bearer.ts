// The credential of a request to WHEP or WHIP: a playback token, a stream key or a publish ticket (RFC 6750 §2.1).

/** The scheme in any case, any blanks behind it. */
const BEARER = /^Bearer +(\S{1,512})$/i;

/** Null: none. */
export const bearerIn = ({ headers }: Request): string | null =>
  BEARER.exec(headers.get("authorization")?.trim() ?? "")?.[1] ?? null;
