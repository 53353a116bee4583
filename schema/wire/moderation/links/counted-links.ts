// What of a line counts as a link where links are off. More than what is clickable: who disguises an address means it.

import { type Address, findAddresses } from "./addresses.ts";
import { isAllowed, isRegistrable } from "./host.ts";

export interface CountedLink {
  /** UTF-16 offsets, the end exclusive. */
  start: number;
  end: number;
  host: string;
}

export interface LinkRule {
  /** Hosts that do not count, with their subdomains. As `readAllowedHost` answers. Default: none. */
  allowed?: readonly string[];
  /** `example dot com` and `example . com` count too. Default: false. `example[.]com` and hidden characters always count. */
  spelt?: boolean;
}

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
const BRACKETED_DOT = /\s{0,3}[[({<]\s{0,3}(?:\.|dot|punkt|punto|point|точка)\s{0,3}[\])}>]\s{0,3}/giu;
/** Only with well-known endings: `ok . so` is a sentence. */
const SPELT_DOT =
  /(?<=[\p{L}\p{N}])(?:\s{1,3}(?:dot|punkt|punto|точка)\s{1,3}|\s{1,3}\.\s{0,3}|\s{0,3}\.\s{1,3})(?=(?:com|net|org|info|biz|tv|gg|io|co|ly|ru|xyz|shop|online|site|club|top|link|live|app|dev|store|click|pro)(?![\p{L}\p{N}]))/giu;
const WIDE_DOT = /[。．｡](?=[a-z0-9])/giu;

/** In order of place: each address of a host that is not allowed. */
export function countedLinks(text: string, { allowed = [], spelt = false }: LinkRule = {}): CountedLink[] {
  const counts = ({ host }: { host: string }) => !isAllowed(host, allowed);
  const open = findAddresses(text);
  // What is visible to everybody needs no undoing.
  if (!mayHide(text, spelt)) return open.filter(counts).map(bareLink);
  const undone = new Undone(text);
  undone.replace(INVISIBLE_ALL, "");
  undone.replace(WIDE_DOT, ".");
  undone.replace(BRACKETED_DOT, ".");
  if (spelt) undone.replace(SPELT_DOT, ".");
  const hidden = findAddresses(undone.text)
    .filter(({ host }) => isRegistrable(host) || host.includes(":"))
    .map((address) => undone.original(address))
    .filter((one) => !open.some((other) => one.start < other.end && other.start < one.end));
  return [...open, ...hidden]
    .filter(counts)
    .map(bareLink)
    .sort((a, b) => a.start - b.start);
}
const INVISIBLE_ALL = new RegExp(INVISIBLE.source, "gu");

const bareLink = ({ start, end, host }: Pick<Address, "start" | "end" | "host">): CountedLink => ({ start, end, host });

const mayHide = (text: string, spelt: boolean) =>
  INVISIBLE.test(text) || /[。．｡[({<]/u.test(text) || (spelt && /\bdot\b|punkt|punto|точка|\.\s|\s\./iu.test(text));

/** A text with replacements that remembers where each unit was. */
class Undone {
  text: string;
  #from: number[];

  constructor(text: string) {
    this.text = text;
    this.#from = Array.from({ length: text.length + 1 }, (_, i) => i);
  }

  replace(what: RegExp, by: string): void {
    const from: number[] = [];
    let [text, last] = ["", 0];
    for (const { 0: found, index } of this.text.matchAll(what)) {
      from.push(...this.#from.slice(last, index));
      text += this.text.slice(last, index) + by;
      for (let i = 0; i < by.length; i++) from.push(this.#from[index]!);
      last = index + found.length;
    }
    this.#from = [...from, ...this.#from.slice(last)];
    this.text = text + this.text.slice(last);
  }

  original<Place extends { start: number; end: number }>(place: Place): Place {
    return { ...place, start: this.#from[place.start]!, end: this.#from[place.end - 1]! + 1 };
  }
}
