// Who speaks, and what chat asks about them.

import type { ChannelRole } from "#schema/api/channel-roles.ts";
import type { Validity } from "../identity/tokens/revocations.ts";
import type { Who } from "../identity/tokens/who.ts";

export type Speaker = Who;

export interface Speakers {
  /** Of an access token. */
  verify(token: string): Promise<Speaker | "expired" | "bad">;
  /** Of what a speaker came in with: asked once a second, and before each line. */
  validity(speaker: Speaker): Validity;
  /** What the channel's owner gave somebody, at most some seconds old. Never throws. */
  rolesIn(channelId: string, userId: string): Promise<readonly ChannelRole[]>;
}
