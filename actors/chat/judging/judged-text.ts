// A text as it is judged: without what is a picture or a person's name, folded, and with its addresses known.

import { type Folded, fold } from "#schema/wire/moderation/fold.ts";
import { findAddresses } from "#schema/wire/moderation/links/addresses.ts";
import { wordEdges } from "#schema/wire/moderation/segments.ts";
import { type Fingerprint, fingerprint } from "./similarity.ts";

/** A part of the text as it was said: UTF-16 offsets, the end exclusive. */
export interface Place {
  start: number;
  end: number;
}

/** What of a text is not said: codes of emotes are pictures, and `@login` of somebody is a name. */
export interface Unsaid {
  /** Codes of the emotes that may be used here. Whole tokens between white space, in exact case. Default: none. */
  emotes?: { has(code: string): boolean };
  /** True for the login of a person, in small letters. Default: nobody's. */
  isPerson?: (login: string) => boolean;
}

/** In place of a picture or a name; one for each unit, so that places stay. It is no letter and no blank. */
export const PICTURE = "\ufffc";

export class JudgedText {
  /** As it was said. */
  readonly original: string;
  /** With PICTURE for emotes and names. */
  readonly bared: string;
  readonly folded: Folded;
  /** How many emotes it has. */
  readonly emotes: number;
  readonly addresses: readonly Place[];
  /** `bared` with PICTURE for addresses too: what a person said in words. */
  readonly spoken: string;
  #edges: Set<number> | null = null;
  #print: Fingerprint | null = null;
  #inAddress: Uint8Array | null = null;

  constructor(original: string, unsaid: Unsaid = {}) {
    this.original = original;
    let emotes = 0;
    let bared = original;
    if (unsaid.emotes)
      bared = bared.replace(/\S+/gu, (token) => {
        if (!unsaid.emotes!.has(token)) return token;
        emotes++;
        return PICTURE.repeat(token.length);
      });
    if (unsaid.isPerson)
      bared = bared.replace(MENTION, (mention) =>
        unsaid.isPerson!(mention.slice(1).toLowerCase()) ? PICTURE.repeat(mention.length) : mention,
      );
    this.bared = bared;
    this.emotes = emotes;
    this.folded = fold(bared);
    this.addresses = findAddresses(bared);
    this.spoken = this.addresses.reduce(
      (text, { start, end }) => text.slice(0, start) + PICTURE.repeat(end - start) + text.slice(end),
      bared,
    );
  }

  /** For comparing it with other lines. */
  get print(): Fingerprint {
    this.#print ??= fingerprint(this.folded.text);
    return this.#print;
  }

  /** Offsets in the folded text at which words begin or end, for scripts without blanks. Asked for seldom. */
  get edges(): Set<number> {
    this.#edges ??= wordEdges(this.folded.text);
    return this.#edges;
  }

  /** For each folded unit: 1 inside an address, where nothing is undone. */
  get inAddress(): Uint8Array {
    if (!this.#inAddress) {
      const { starts } = this.folded;
      this.#inAddress = new Uint8Array(starts.length);
      for (const { start, end } of this.addresses)
        for (let i = 0; i < starts.length; i++) if (starts[i]! >= start && starts[i]! < end) this.#inAddress[i] = 1;
    }
    return this.#inAddress;
  }
}

/** A login between what is no letter, digit or underscore; behind a slash it is a part of an address. */
const MENTION = /(?<![\p{L}\p{M}\p{N}_@/])[@＠][a-z0-9_]{1,32}(?![\p{L}\p{M}\p{N}_])/giu;
