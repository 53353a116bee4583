// Whether a line has a link. One function, so that a better finder can take its place.

/** A scheme with a host, or a bare host whose last label is letters, as in `www.example.org` or `example.com/page`. */
const LINK =
  /\bhttps?:\/\/[^\s/?#]|(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]+)(?![\p{L}\p{N}@_-]|\.[\p{L}\p{N}])/iu;
/** Bare names with these ends are files, numbers or versions rather than hosts. */
const FILE = /^(?:js|ts|tsx|jsx|py|rs|sh|md|pl|go|json|png|jpe?g|gif|webp|txt|pdf|zip|exe|mp[34])$/i;

export function hasLink(body: string): boolean {
  for (const [found] of body.matchAll(new RegExp(LINK, "giu"))) {
    if (/^https?:/i.test(found)) return true;
    const top = found.slice(found.lastIndexOf(".") + 1);
    if (!FILE.test(top)) return true;
  }
  return false;
}
