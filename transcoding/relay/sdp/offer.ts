// Placeholder: `readOffer` of the branch w-gate takes its place. It has the same signature.

export interface H264Profile {
  /** profile_idc. */
  idc: number;
  /** The byte of constraint flags. */
  constraints: number;
}

export interface VideoChoice {
  payloadType: number;
  fmtp: string;
  rtxPayloadType: number | null;
  feedback: string[];
}

export interface AudioChoice {
  payloadType: number;
  fmtp: string;
}

export interface OfferedMedia {
  mid: string;
  kind: "video" | "audio";
  /** Null: port 0, refused in the answer too. */
  choice: VideoChoice | AudioChoice | null;
}

export interface Offer {
  sdp: string;
  media: OfferedMedia[];
  ufrag: string;
  setup: "active" | "passive" | "actpass";
}

export interface Refused {
  status: 400 | 406 | 415 | 422;
  code: string;
  detail: string;
}
