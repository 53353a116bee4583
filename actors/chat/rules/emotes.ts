// Whether a line has emotes and nothing else: whole tokens between white space, in exact case, and emoji.

/** As it is displayed: `©` and digits are text. */
const EMOJI_ONLY = /^\p{RGI_Emoji}+$/v;

export const isOnlyEmotes = (body: string, emotes: ReadonlySet<string>): boolean =>
  body.split(/\s+/u).every((token) => emotes.has(token) || EMOJI_ONLY.test(token));
