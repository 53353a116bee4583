// NATS_URL in the words of its client, which reads no user out of a URL.

export interface NatsAddress {
  /** `nats://host:port` of each server, without user and password. */
  servers: string[];
  /** The same at all servers: of the first URL that names one. */
  user?: string;
  pass?: string;
  /** Answers to us go below it. With a user it is that user's own, so that NATS can keep others from listening. */
  inboxPrefix: string;
}

/** `url`: one, or those of a cluster, comma between; `nats://user:password@host:port`. */
export function natsAddress(url: string): NatsAddress {
  const urls = url.split(",").map((one) => new URL(one.trim()));
  const servers = urls.map(({ protocol, host }) => `${protocol}//${host}`);
  const named = urls.find(({ username }) => username !== "");
  if (!named) return { servers, inboxPrefix: "_INBOX" };
  const user = decodeURIComponent(named.username);
  // One word of a subject, whatever the user is called.
  const inboxPrefix = `_INBOX.${user.replace(/[^A-Za-z0-9_-]/g, "_")}`;
  return { servers, user, pass: decodeURIComponent(named.password), inboxPrefix };
}
