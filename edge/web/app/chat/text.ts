// Splits a line's text into plain text, links, mentions and emotes. All pieces but emotes are rendered as text nodes.

import type { LineLink } from "#schema/api/chat.ts";
import type { EmoteView } from "#schema/api/emotes.ts";
import { tokensOf } from "#schema/wire/emote-tokens.ts";
import { LOGIN_PATTERN } from "#schema/wire/ids.ts";

type Emotes = ReadonlyMap<string, EmoteView>;

export type Piece =
  | { text: string }
  | { text: string; href: string }
  | { text: string; mention: string }
  | { text: string; emote: EmoteView };

const ADDRESS = String.raw`https?://[^\s<>"']+`;
const MENTION = String.raw`(?<![\w@/])@(${LOGIN_PATTERN})\b`;
const FOUND = new RegExp(`(${ADDRESS})|${MENTION}`, "g");
const MENTIONED = new RegExp(`()${MENTION}`, "g");
/** Punctuation after an address is not part of it. */
const TRAILING = /[.,:;!?)\]}]+$/;

/**
 * An emote is a whole token between white space, in its exact letters. `links`: of a line, as its entry has them. Without them addresses with
 * a scheme are links: in texts of which the server tells none.
 */
export function pieces(body: string, emotes?: Emotes, links?: readonly LineLink[]): Piece[] {
  if (!links) return withEmotes(body, emotes, FOUND);
  const found: Piece[] = [];
  const characters = [...body];
  let from = 0;
  for (const { from: start, to, href, host } of links) {
    found.push(...withEmotes(characters.slice(from, start).join(""), emotes, MENTIONED));
    found.push({ text: characters.slice(start, to).join(""), href });
    if (host) found.push({ text: ` (${host})` });
    from = to;
  }
  return [...found, ...withEmotes(characters.slice(from).join(""), emotes, MENTIONED)];
}

function withEmotes(body: string, emotes: Emotes | undefined, sought: RegExp): Piece[] {
  if (!emotes || emotes.size === 0) return textPieces(body, sought);
  const found: Piece[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") found.push(...textPieces(text, sought));
    text = "";
  };
  for (const token of tokensOf(body)) {
    const emote = emotes.get(token);
    if (emote) {
      flush();
      found.push({ text: token, emote });
    } else text += token;
  }
  flush();
  return found;
}

function textPieces(body: string, sought: RegExp): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of body.matchAll(sought)) {
    const [whole, address, mention] = match;
    const text = address ? trimAddress(address) : whole;
    const href = address ? safeHref(text) : null;
    if (address && !href) continue;
    if (match.index > from) found.push({ text: body.slice(from, match.index) });
    found.push(href ? { text, href } : { text, mention: (mention ?? "").toLowerCase() });
    from = match.index + text.length;
  }
  if (from < body.length) found.push({ text: body.slice(from) });
  return found;
}

function trimAddress(address: string): string {
  // Addresses such as Wikipedia's may end with a bracket.
  const trimmed = address.replace(TRAILING, "");
  return trimmed.includes("(") && address[trimmed.length] === ")" ? `${trimmed})` : trimmed;
}

/** Null for anything but http and https with a host. */
function safeHref(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return (url.protocol === "https:" || url.protocol === "http:") && url.hostname ? url.href : null;
}

export const mentions = (body: string, login: string) =>
  pieces(body).some((piece) => "mention" in piece && piece.mention === login);
