// Hosts of addresses in a line: what is one, and which ones a room allows.

import { parse } from "tldts";
import { lookalikeOf } from "../lookalikes.ts";

/** Top-level domains that end names of files and missing blanks more often than addresses: `setup.py`, `main.rs`, `I know.so what`. */
const LIKE_A_FILE = new Set("am as cc do la md mm mov pl pm ps py rs sh so st vi zip".split(" "));

const DOTTED_NUMBERS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export const isIpv4 = (host: string): boolean => DOTTED_NUMBERS.test(host);

/** A name under a public suffix of ICANN's list: `example.com`, `clips.example.co.uk`, `пример.рф`. */
export function isRegistrable(host: string): boolean {
  const { isIcann, domain } = parse(host, { validateHostname: false, extractHostname: false, detectIp: false });
  return isIcann === true && domain !== null;
}

/** `readme.md` is a file until a path, a port, a scheme or a third label says otherwise. */
export function looksLikeFile(host: string): boolean {
  const labels = host.toLowerCase().split(".");
  return labels.length === 2 && LIKE_A_FILE.has(labels[1]!);
}

/** True for a host of the list and its subdomains: by whole labels, not by how the name begins or ends. */
export const isAllowed = (host: string, allowed: readonly string[]): boolean =>
  allowed.some((one) => host === one || host.endsWith(`.${one}`));

/** A host as it is compared: `https://Example.COM/x` and `*.example.com` are `example.com`; null: no host. For the setting of allowed hosts. */
export function readAllowedHost(typed: string): string | null {
  const bare = typed
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/^\*\./, "")
    .replace(/\/.*$/s, "");
  if (bare === "" || bare.length > HOST_LENGTH_MAX || /[\s@:?#\\%]/u.test(bare)) return null;
  const host = URL.parse(`https://${bare}`)?.hostname.replace(/\.$/, "") ?? "";
  return isRegistrable(host) || isIpv4(host) ? host : null;
}
/** RFC 1035 §2.3.4. */
const HOST_LENGTH_MAX = 253;

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Cherokee}/u];

/** True if a label of this host is not what it looks like: letters of several scripts, or only ones that look Latin. */
export const isDeceptive = (host: string): boolean =>
  host.split(".").some((label) => {
    if (/^[\0-\x7f]*$/.test(label)) return false;
    const letters = [...label].filter((one) => /\p{L}/u.test(one));
    const foreign = letters.filter((one) => one > "\u007f" && !/\p{Script=Latin}/u.test(one));
    return (
      SCRIPTS.filter((script) => script.test(label)).length > 1 ||
      (foreign.length > 0 && letters.every((one) => lookalikeOf(one) !== null))
    );
  });
