// The users of NATS and their permissions: one for edges, one for actor nodes, one for the operator's tool.

import { subjects } from "#schema/wire/subjects.ts";

export type NatsUser = "edge" | "actor" | "operator";

interface NatsPermissions {
  /** Subjects it may publish and send requests to. */
  publish: string[];
  /** Subjects it may subscribe to. */
  subscribe: string[];
}

/** Subjects of the answers to a user's requests (runtime/bus/bus-nats.ts); no other user may subscribe to them. */
const inboxOf = (user: NatsUser) => `_INBOX.${user}.>`;

const AMONG_EDGES = [subjects.rolesChanged, subjects.revoked, subjects.moderatorNews, subjects.chatters, "chatters.*"];

/** The subjects of schema/wire/subjects.ts that each user needs; `*` stands for a key. All others are forbidden, `$SYS` too. */
export const natsPermissions: Record<NatsUser, NatsPermissions> = {
  edge: {
    publish: ["actor.*.*", subjects.wake, "channel.*.viewers", ...AMONG_EDGES],
    subscribe: ["channel.*.chat", "channel.*.status", ...AMONG_EDGES, inboxOf("edge")],
  },
  actor: {
    publish: [
      // A room tells the target of its raid, and a room in which something is due is woken.
      "actor.*.*",
      subjects.wake,
      "channel.*.chat",
      "channel.*.status",
      "node.*.ping",
      "node.*.activate",
      "node.*.second",
      // For its answers. `allow_responses` would refuse an answer after a reconnect to a request from before it.
      inboxOf("edge"),
      inboxOf("actor"),
      inboxOf("operator"),
    ],
    subscribe: [
      "actor.*.*",
      subjects.wake,
      "node.*.ping",
      "node.*.activate",
      "node.*.second",
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

/** Environment variable of the server with a user's password. Its value is in double quotes: NATS reads bare digits as a number. */
export const passwordVariable = (user: NatsUser) => `NATS_${user.toUpperCase()}_PASSWORD`;

/** The `authorization` block of the server's configuration. It names the variables of the passwords, not the passwords. */
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
