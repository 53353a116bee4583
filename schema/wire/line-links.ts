// What of a line is clickable goes with its entry: pages and bots need no finder of their own, and all show the same.

import type { LineEntry } from "../api/chat.ts";
import { clickableLinks } from "./moderation/links/clickable-links.ts";

/** The line with its links, if it has any. */
export function withLinks(line: LineEntry): LineEntry {
  const links = clickableLinks(line.body);
  if (links.length === 0) return line;
  const lengthOf = (text: string) => [...text].length;
  return {
    ...line,
    links: links.map(({ start, end, href, showHost }) => {
      const from = lengthOf(line.body.slice(0, start));
      const to = from + lengthOf(line.body.slice(start, end));
      return { from, to, href, ...(showHost === null ? {} : { host: showHost }) };
    }),
  };
}
