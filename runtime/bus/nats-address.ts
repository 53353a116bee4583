// Splits NATS_URL into the options of the NATS client, which does not read a user from a URL.

export interface NatsAddress {
  /** `nats://host:port` of each server, without user and password. */
  servers: string[];
  /** From the first URL that names a user; the same for all servers. */
  user?: string;
  pass?: string;
  /** Prefix of reply subjects. With a user it is that user's own, so that NATS can keep other users from listening. */
  inboxPrefix: string;
}

/** `url`: one URL, or those of a cluster separated by commas; `nats://user:password@host:port`. */
export function natsAddress(url: string): NatsAddress {
  const urls = url.split(",").map((one) => new URL(one.trim()));
  const servers = urls.map(({ protocol, host }) => `${protocol}//${host}`);
  const named = urls.find(({ username }) => username !== "");
  if (!named) return { servers, inboxPrefix: "_INBOX" };
  const user = decodeURIComponent(named.username);
  // Makes any user name a single token of a subject.
  const inboxPrefix = `_INBOX.${user.replace(/[^A-Za-z0-9_-]/g, "_")}`;
  return { servers, user, pass: decodeURIComponent(named.password), inboxPrefix };
}
