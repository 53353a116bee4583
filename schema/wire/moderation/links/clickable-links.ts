// What of a line is made clickable.

import { findAddresses } from "./addresses.ts";

export interface ClickableLink {
  /** UTF-16 offsets, the end exclusive. */
  start: number;
  end: number;
  href: string;
  /** The host to show beside the text, in ASCII, because the text looks like another one; null: the text says it. */
  showHost: string | null;
}

/** In order of place. Only http and https; nothing that is hidden, disguised by a name in front of `@`, or cut by an override of direction. */
export const clickableLinks = (text: string): ClickableLink[] =>
  findAddresses(text).flatMap(({ start, end, href, host, deceptive }) =>
    href === null ? [] : [{ start, end, href, showHost: deceptive ? host : null }],
  );
