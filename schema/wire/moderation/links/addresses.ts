// Addresses in a line, as people write them. Found by linkify-it, judged by rules of our own.

import { LinkifyIt, REBuilder } from "linkify-it";
import { isDeceptive, isIpv4, isRegistrable, looksLikeFile } from "./host.ts";

export interface Address {
  /** UTF-16 offsets, the end exclusive. */
  start: number;
  end: number;
  /** In ASCII, as the address is looked up: `xn--…`, an IP address. */
  host: string;
  /** Where it leads; null: it is not made clickable, though it names a host. */
  href: string | null;
  /** The host is not what it looks like: it is shown beside the link, in ASCII. */
  deceptive: boolean;
}

/** Hosts without a scheme may have a port, and a name in front of `@` may be empty or long: nobody writes one in good faith. */
class Addresses extends REBuilder {
  override get_auth() {
    return new RegExp(`(?:(?:(?!${this.src_ZCc}|[@/\\[\\]()]).){0,500}@)?`);
  }

  override get_fuzzy_url_host_port() {
    const host = super.get_fuzzy_url_host_port().source;
    const edge = this.get_host_terminator().source;
    return new RegExp(host.slice(0, host.length - edge.length) + this.get_port().source + edge);
  }
}

/** Any letters may be a top-level domain here: `host.ts` asks the list. E-mail addresses are found so that no half of one is. */
const finder = new LinkifyIt({
  rebuilder: new Addresses(),
  tlds: ["[a-z\\u00a1-\\uffff][a-z0-9\\u00a1-\\uffff-]{0,62}"],
  fuzzyLink: true,
  fuzzyIP: true,
  fuzzyEmail: true,
  urlAuth: true,
  maxLength: 2_000,
});

/** Text that overrides the direction of what follows, and pictures: an address ends before them. */
const ENDS_ADDRESS =
  /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}]|\p{Regional_Indicator}/gu;
const OVERRIDE_BEFORE = /[\u202a-\u202e\u2066-\u2069]$/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/u;
const SENTENCE_END = /[?!.,:;…'"]+$/u;
/** `javascript://host`: never clickable, nor is its inner half. */
const FOREIGN_SCHEME = /(?<![\p{L}\p{N}])([a-z][a-z0-9+.-]{0,20}):\/{2,}([^\s/?#]{1,255})/giu;

/** In order of place, without overlaps. */
export function findAddresses(text: string): Address[] {
  if (!/[.:。．｡]/u.test(text)) return [];
  const bounded = text.replace(ENDS_ADDRESS, (sign) => " ".repeat(sign.length));
  const found: Address[] = [];
  for (const [whole, scheme = "", host = ""] of schemes(bounded))
    if (!/^(?:https?|ftp|mailto)$/i.test(scheme) && isRegistrable(host.replace(/^.*@/, "").replace(/:\d*$/, "")))
      found.push({ ...placeOf(bounded, whole), host: host.toLowerCase(), href: null, deceptive: false });
  for (const match of finder.match(bounded) ?? []) {
    const { index: start, schema } = match;
    const raw = match.raw.replace(SENTENCE_END, "");
    const end = start + raw.length;
    if (found.some((one) => start < one.end && one.start < end)) continue;
    const address = schema === "" ? bare(raw) : /^(?:https?:|ftp:|\/\/)$/i.test(schema) ? withScheme(raw) : null;
    if (!address) continue;
    const hidden = INVISIBLE.test(raw) || OVERRIDE_BEFORE.test(text.slice(0, start));
    found.push({ start, end, ...address, href: hidden ? null : address.href });
  }
  return found.sort((a, b) => a.start - b.start);
}

const schemes = (text: string) => (text.includes("://") ? text.matchAll(FOREIGN_SCHEME) : []);
const placeOf = (text: string, part: string) => {
  const start = text.indexOf(part);
  return { start, end: start + part.length };
};

type Judged = Pick<Address, "host" | "href" | "deceptive">;

/** What the URL parser accepts, by its host: with a dot in it, or an IP address. */
function withScheme(raw: string): Judged | null {
  const url = URL.parse(raw.startsWith("//") ? `https:${raw}` : raw);
  const host = url?.hostname ?? "";
  if (!url || !/^[^.]+(?:\.[^.]+)+\.?$|^\[/.test(host)) return null;
  const written = writtenHost(raw);
  const deceptive = isDeceptive(written) || (isIpv4(host) && written !== host);
  // A name in front of @ poses as the host. Only these two schemes are made clickable.
  const clickable =
    /^https?:\/\//i.test(raw) && url.username === "" && url.password === "" && !authority(raw).includes("@");
  return { host, href: clickable ? url.href : null, deceptive };
}

/** Without a scheme: https is meant. Four numbers are a version until a port says otherwise, and are not made clickable. */
function bare(raw: string): Judged | null {
  const written = writtenHost(raw);
  const rest = raw.slice(written.length);
  if (isIpv4(written)) return /^:\d/.test(rest) ? { host: written, href: null, deceptive: false } : null;
  if (!isRegistrable(written) || (rest === "" && looksLikeFile(written))) return null;
  const url = URL.parse(`https://${raw}`);
  return url && { host: url.hostname, href: url.href, deceptive: isDeceptive(written) };
}

const authority = (raw: string): string => raw.replace(/^[a-z]*:?\/\//i, "").replace(/[/?#].*$/s, "");
const writtenHost = (raw: string): string => authority(raw).replace(/^.*@/, "").replace(/:\d*$/, "");
