// Who may say and hear what on NATS: one user for edges, one for actor nodes, one for the operator's tools.

import { subjects } from "#schema/wire/subjects.ts";

export type NatsUser = "edge" | "actor" | "operator";

interface NatsPermissions {
  /** All that it may publish, a request included. */
  publish: string[];
  /** All that it may listen to. */
  subscribe: string[];
}

/** Where answers to a user go (runtime/bus/bus-nats.ts): only who asked listens there. */
const inboxOf = (user: NatsUser) => `_INBOX.${user}.>`;

/** Every subject of schema/wire/subjects.ts, once for each side; a `*` is a key. Nothing else may be said or heard, `$SYS` neither. */
export const natsPermissions: Record<NatsUser, NatsPermissions> = {
  edge: {
    publish: ["actor.*.*", subjects.wake, "channel.*.viewers", subjects.rolesChanged, subjects.revoked],
    subscribe: ["channel.*.chat", "channel.*.status", subjects.rolesChanged, subjects.revoked, inboxOf("edge")],
  },
  actor: {
    publish: [
      "channel.*.chat",
      "channel.*.status",
      "node.*.ping",
      "node.*.activate",
      // It answers, to whoever asks. Not `allow_responses`: what was asked before its link broke could not be answered after.
      inboxOf("edge"),
      inboxOf("actor"),
      inboxOf("operator"),
    ],
    subscribe: [
      "actor.*.*",
      subjects.wake,
      "node.*.ping",
      "node.*.activate",
      "channel.*.viewers",
      "channel.*.status",
      inboxOf("actor"),
    ],
  },
  operator: {
    publish: ["actor.*.*", subjects.wake, "node.*.ping"],
    subscribe: [inboxOf("operator")],
  },
};

/** Environment variable of the server that holds a user's password, in quotes: without them digits would be read as a number. */
export const passwordVariable = (user: NatsUser) => `NATS_${user.toUpperCase()}_PASSWORD`;

/** That part of the server's configuration. Passwords are not in it: `passwordVariable`. */
export function natsAuthorization(): string {
  const list = (words: string[]) => `[${words.map((word) => `"${word}"`).join(", ")}]`;
  const users = Object.entries(natsPermissions).map(
    ([user, { publish, subscribe }]) => `    {
      user: "${user}", password: $${passwordVariable(user as NatsUser)}
      permissions: {
        publish: ${list(publish)}
        subscribe: ${list(subscribe)}
      }
    }`,
  );
  return `authorization {\n  users: [\n${users.join("\n")}\n  ]\n}\n`;
}
