// Roles of a channel: `/api/v1/channels/:channel/{moderators,editors,vips,subscribers}[/:login]`.

/** Badges of chat lines have the same names. */
export type ChannelRole = "editor" | "moderator" | "vip" | "subscriber";

/** As they are spelt in addresses. */
export const rolesByPath = {
  editors: "editor",
  moderators: "moderator",
  vips: "vip",
  subscribers: "subscriber",
} as const satisfies Record<string, ChannelRole>;

/** Published on the bus at each change. */
export interface RolesChanged {
  channelId: string;
  userId: string;
}

/** Somebody who has the role. */
export interface RoleHolderView {
  id: string;
  login: string;
  displayName: string;
  since: string;
}
