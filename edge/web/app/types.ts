// What the API answers, as the pages read it (contract §2).

import type { Phase } from "#schema/wire/channel.ts";
import type { AccountView } from "#schema/wire/http/account.ts";

export interface User {
  id: string;
  login: string;
  displayName: string;
}

export interface Live {
  phase: Phase | "preview";
  broadcastId: string;
  startedAt: string;
  viewers: number;
  hlsUrl: string;
  thumbnailUrl: string | null;
}

export interface Channel {
  id: string;
  login: string;
  displayName: string;
  title: string;
  category: string | null;
  tags: string[];
  followers: number | null;
  live: Live | null;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Of GET /me/account. */
export type Account = AccountView;
