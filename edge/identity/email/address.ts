// Normalizes e-mail addresses, so that one address has one spelling in the database.

import { domainToASCII, domainToUnicode } from "node:url";

/**
 * The one spelling that is stored: lower case and NFC (RFC 6531 §7.1), since a Mac may send `é` as two characters and Windows sends one; and
 * the host in ASCII (RFC 5890 §2.3.2.1), since Chrome sends a typed `bücher.example` as `xn--bcher-kva.example`.
 */
export function foldedAddress(typed: string): string {
  const folded = typed.normalize("NFC").toLowerCase();
  return withHost(folded, domainToASCII);
}

/** How an account's address may be stored: first the present spelling, then the one of versions that kept the letters of the host. */
export function spellingsOf(address: string): string[] {
  const folded = foldedAddress(address);
  return [...new Set([folded, withHost(folded, domainToUnicode)])];
}

/** A text without `@`, and a host that has no other spelling, stay as they are. */
function withHost(address: string, change: (host: string) => string): string {
  const at = address.lastIndexOf("@") + 1;
  const host = address.slice(at);
  if (at === 0 || !/[^\x00-\x7f]|xn--/.test(host)) return address;
  return address.slice(0, at) + (change(host) || host);
}
