// What the API answers (contract §2), by the names that pages use.

export type { AccountView as Account } from "#schema/wire/http/account.ts";
export type { UserView as User } from "#schema/wire/http/auth.ts";
export type { ChannelView as Channel, LiveView as Live } from "#schema/wire/http/channels.ts";
export type { Page } from "#schema/wire/http/fields.ts";
