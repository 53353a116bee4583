// Every NATS subject, spelt once. Keys are UUIDs or hex, never raw user text.

const KEY = /^[0-9a-f-]{1,64}$/;

function checked(key: string): string {
  if (!KEY.test(key)) throw new Error(`not a subject key: ${JSON.stringify(key)}`);
  return key;
}

/** Kinds of actors. A closed list, since the kind is part of a subject. */
export type ActorKindName = "channel" | "video" | "orphan-sweep";

/** The key of an actor of which the instance has one. */
export const ONLY_KEY = "0";

export const subjects = {
  /** Request to the owner of an actor; the verb is in the body. */
  actor: (kind: ActorKindName, key: string) => `actor.${kind}.${checked(key)}`,
  /** Request to a queue group: one of the nodes activates the actor. Every node hears it, but acts only if the request is `toAll`. */
  wake: "actors.wake",
  ping: (incarnation: string) => `node.${checked(incarnation)}.ping`,
  activate: (incarnation: string) => `node.${checked(incarnation)}.activate`,
  /** SecondLease, owner → the node that would own its channel next. */
  second: (incarnation: string) => `node.${checked(incarnation)}.second`,
  /** Batches of chat entries, owner → edges. */
  chat: (channelId: string) => `channel.${checked(channelId)}.chat`,
  /** ChannelStatus, owner → edges: on change and every 2 s while watched. */
  status: (channelId: string) => `channel.${checked(channelId)}.status`,
  /** ViewersReport, edge → owner. */
  viewers: (channelId: string) => `channel.${checked(channelId)}.viewers`,
  /** Revoked[], edge → edges: subjects whose access tokens are revoked. */
  revoked: "auth.revoked",
  /** ModeratorNews, edge → edges: a frame for the moderators of a room. */
  moderatorNews: "channel.moderators",
  /** ChattersAsk, edge → edges: who is in a room. */
  chatters: "channel.chatters",
  /** ChattersHere, edge → the edge that asked. */
  chattersHere: (askId: string) => `chatters.${checked(askId)}`,
  /** RolesChanged, edge → edges: a user's roles in a channel have changed. */
  rolesChanged: "channel.roles",
} as const;
