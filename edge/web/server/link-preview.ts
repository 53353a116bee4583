// What a watch page says of its channel to those who only read its HTML: chats and social networks that show a preview of a link
// (The Open Graph protocol, ogp.me; Twitter's cards).

import { type Clock, within } from "#runtime/base/clock.ts";
import { mediaPath } from "#schema/wire/media.ts";
import type { FoundChannel } from "../../channels/found-channel.ts";
import { isOpen } from "../../playback/rights.ts";

/** A page never waits longer for its channel: without it, it says what every page says. */
const FOUND_WITHIN_MS = 100;

export interface LinkPreview {
  title: string;
  description: string;
  /** The page's own address. */
  url: string;
  /** A JPEG; null: the channel is off air, or not everybody may have its media. */
  imageUrl: string | null;
}

export interface LinkPreviewOptions {
  clock: Clock;
  /** `https://host`, without a path. */
  publicUrl: string;
  /** Null: no such channel. */
  findChannel(login: string): Promise<Pick<FoundChannel, "visibility" | "displayName" | "title" | "live"> | null>;
}

/** Null: the database does not answer in time. Never rejects. */
export type LinkPreviews = (login: string) => Promise<LinkPreview | "no such channel" | null>;

export const createLinkPreviews =
  ({ clock, publicUrl, findChannel }: LinkPreviewOptions): LinkPreviews =>
  async (login) => {
    const late = () => new Error("no answer in time");
    const channel = await within(clock, FOUND_WITHIN_MS, findChannel(login), late).catch(() => "unknown" as const);
    if (channel === "unknown") return null;
    if (channel === null) return "no such channel";
    const { displayName: name, title, live } = channel;
    const image = `${publicUrl}/live/${login}/${mediaPath.thumbnail(1_280)}`;
    return {
      title: live && title ? `${name} – ${title}` : name,
      description: live
        ? `${name} is live now. Watch and chat.`
        : `${name} is off air. Come back when the stream begins.`,
      url: `${publicUrl}/${login}`,
      imageUrl: live && isOpen(channel) ? image : null,
    };
  };

/** Lines for the head of a page. */
export function previewTags({ title, description, url, imageUrl }: LinkPreview, instanceName: string): string {
  const tags = [
    ["property", "og:site_name", instanceName],
    ["property", "og:type", "video.other"],
    ["property", "og:url", url],
    ["property", "og:title", title],
    ["property", "og:description", description],
    ...(imageUrl ? [["property", "og:image", imageUrl]] : []),
    ["name", "twitter:card", imageUrl ? "summary_large_image" : "summary"],
  ];
  return tags.map(([kind, name, content]) => `<meta ${kind}="${name}" content="${escaped(content!)}">\n`).join("");
}

/** Text that streamers write, in HTML: as text, and within a quoted attribute. */
export const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
