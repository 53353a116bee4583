// The signed-in users of chat, and what chat needs to know of them.

import type { Standing } from "#schema/queries/people/channel-roles.ts";
import type { LineTokens } from "#schema/wire/room.ts";
import type { Validity } from "../identity/tokens/revocations.ts";
import type { Who } from "../identity/tokens/who.ts";

export type Speaker = Who;

export interface Speakers {
  /** The user of an access token. */
  verify(token: string): Promise<Speaker | "expired" | "bad">;
  /** Of the speaker's token: checked once a second, and before each line. */
  validity(speaker: Speaker): Validity;
  /** Display name and roles in a channel, at most some seconds old. Never throws. */
  standingIn(channelId: string, userId: string): Promise<Standing>;
  /** What in a line of this channel is not said in words, at most some seconds old. Never throws. */
  tokensIn(channelId: string, body: string): Promise<LineTokens>;
}
