// What was understood of an offer.

import type { AudioChoice, VideoChoice } from "./choice.ts";
import type { Section } from "./description.ts";
import type { Extension } from "./extensions.ts";
import type { Ssrcs } from "./ssrcs.ts";
import type { Setup } from "./transport.ts";

interface OfferedSection {
  /** Empty: a section that the client has stopped may have none. */
  mid: string;
  /** Its line `m=`, for the answer. */
  line: Pick<Section, "media" | "protocol" | "formats">;
  /** Of what we know: see extensions.ts. Empty for what is refused. */
  extensions: Extension[];
  /** That a publisher names; empty for a viewer's. */
  ssrcs: Ssrcs;
}

/** `choice` null: stopped or inactive in the offer, or no media of ours; refused in the answer too, with port 0. */
export type OfferedMedia = OfferedSection &
  (
    | { kind: "video"; choice: VideoChoice | null }
    | { kind: "audio"; choice: AudioChoice | null }
    | { kind: "other"; choice: null }
  );

/** A section that the answer takes. */
export type ChosenMedia = OfferedSection &
  ({ kind: "video"; choice: VideoChoice } | { kind: "audio"; choice: AudioChoice });

export interface Offer {
  /** For the library: only what was chosen, without candidates, data channels and unknown attributes. */
  sdp: string;
  /** In the offer's order, as many as its lines `m=`. */
  media: OfferedMedia[];
  ufrag: string;
  setup: Setup;
  /** Mids of the answer's group, the tagged one first; null: the offer has no group, so that the answer may have none. */
  bundle: string[] | null;
}

export const isChosen = (one: OfferedMedia): one is ChosenMedia => one.choice !== null;
