// What the API answers (contract §2), by the names that pages use.

export type { ChannelView as Channel, LiveView as Live } from "#schema/api/channels.ts";
export type { Page } from "#schema/api/fields.ts";
export type { AccountView as Account } from "#schema/api/me.ts";
export type { UserView as User } from "#schema/api/user.ts";
