// Which of a section's payload types the answer takes. The numbers mean nothing: the codec, its profile and its packetization mode do.

import type { Section } from "./description.ts";
import { DEFAULT_PROFILE_LEVEL_ID, type H264Profile, profileIn, profileName } from "./h264-profile.ts";
import { type Payload, payloadsOf } from "./payloads.ts";

export interface VideoPayload {
  /** The client's number for it. */
  payloadType: number;
  /** For the answer: the profile and level that were offered, and `packetization-mode=1`. */
  fmtp: string;
  profile: H264Profile;
  /** Of retransmissions (RFC 4588); null: they come with the same payload type. */
  rtxPayloadType: number | null;
  /** What was offered of `nack`, `nack pli`, `ccm fir`, `goog-remb`. */
  feedback: string[];
}

/** What is sent or taken first, and what else may come in the same session. */
export type VideoChoice = VideoPayload & { others: VideoPayload[] };

export interface AudioChoice {
  payloadType: number;
  /** For the answer. */
  fmtp: string;
  /** The client asked for two channels (RFC 7587 §6.1). */
  stereo: boolean;
}

/** `whep`: we send a stream of one of these profiles, the preferred one first; `others`: of renditions to which we may change later. `whip`: we
 *  take what our packager takes. */
export type Wanted =
  | { role: "whep"; profiles: readonly H264Profile[]; others?: readonly H264Profile[] }
  | { role: "whip" };

const H264 = "h264/90000";
const RTX = "rtx/90000";
const OPUS = "opus/48000/2";
/** The fragments of a picture that is larger than a packet need it; without the parameter it is 0 (RFC 6184 §8.1). */
const MODE = "1";
const FEEDBACK = ["nack", "nack pli", "ccm fir", "goog-remb"];

/** What publishers encode, what they do best first: Constrained Baseline is what hardware and OpenH264 do alike. */
const FROM_PUBLISHERS = ["constrained baseline", "constrained high", "high", "main", "baseline"];

/** Null: nothing in the section is what we have. Throws SdpRefusal `sdp_malformed`. */
export function chooseVideo(section: Section, wanted: Wanted): VideoChoice | null {
  const payloads = payloadsOf(section);
  const offered = payloads.flatMap((payload) => {
    const profile = profileOf(payload);
    return profile ? { payload, profile } : [];
  });
  const names = wanted.role === "whip" ? FROM_PUBLISHERS : wanted.profiles.map(profileName);
  const find = (name: string) => {
    const found = offered.find(({ profile }) => profileName(profile) === name);
    return found && videoPayload(found, payloads);
  };
  const first = names.map(find).find((one) => one !== undefined);
  if (!first) return null;
  const more = new Set(wanted.role === "whep" ? (wanted.others ?? []).map(profileName) : []);
  more.delete(profileName(first.profile));
  return { ...first, others: [...more].flatMap((name) => find(name) ?? []) };
}

/** Null: no H.264 in packetization mode 1. */
function profileOf({ codec, parameters }: Payload): H264Profile | null {
  if (codec !== H264 || parameters.get("packetization-mode") !== MODE) return null;
  return profileIn(parameters.get("profile-level-id") ?? DEFAULT_PROFILE_LEVEL_ID);
}

function videoPayload(
  { payload, profile }: { payload: Payload; profile: H264Profile },
  payloads: readonly Payload[],
): VideoPayload {
  const { payloadType, parameters, feedback } = payload;
  const rtx = payloads.find(
    (one) => one.codec === RTX && one.parameters.get("apt") === String(payloadType) && one !== payload,
  );
  // A level above the offer's is allowed only if both say so; ours is the offer's.
  const asymmetry = parameters.get("level-asymmetry-allowed") === "1" ? "level-asymmetry-allowed=1;" : "";
  const level = parameters.get("profile-level-id") ?? DEFAULT_PROFILE_LEVEL_ID;
  return {
    payloadType,
    fmtp: `${asymmetry}packetization-mode=${MODE};profile-level-id=${level}`,
    profile,
    rtxPayloadType: rtx?.payloadType ?? null,
    feedback: FEEDBACK.filter((one) => feedback.includes(one)),
  };
}

/** Null: no Opus, which always has 48 kHz and two channels in SDP (RFC 7587 §7). Throws SdpRefusal `sdp_malformed`. */
export function chooseAudio(section: Section, { role }: Pick<Wanted, "role">): AudioChoice | null {
  const payload = payloadsOf(section).find(({ codec }) => codec === OPUS);
  if (!payload) return null;
  const { payloadType, parameters } = payload;
  const stereo = parameters.get("stereo") === "1";
  // `stereo` is what we like to receive, `sprop-stereo` what we send.
  const channels = role === "whip" ? ["stereo=1"] : [...(stereo ? ["stereo=1"] : []), "sprop-stereo=1"];
  return { payloadType, fmtp: ["minptime=10", "useinbandfec=1", ...channels].join(";"), stereo };
}
