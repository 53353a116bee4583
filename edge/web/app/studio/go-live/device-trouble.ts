// Why a camera, a microphone or a screen cannot be used, by the browser's errors (W3C Media Capture and Streams §10.3).

import type { LiveTrouble } from "../../words/go-live.ts";

const BY_NAME: Record<string, LiveTrouble> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "no-device",
  OverconstrainedError: "no-device",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** `wanted`: what was asked for. */
export function deviceTrouble(error: unknown, wanted: "camera" | "screen"): LiveTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  const found = BY_NAME[name] ?? "unknown";
  return found === "denied" && wanted === "screen" ? "denied-screen" : found;
}

interface Browser {
  isSecureContext: boolean;
  mediaDevices: unknown;
  RTCPeerConnection: unknown;
}

/** Before anything is asked for; null: nothing is in the way. */
export function browserTrouble({ isSecureContext, mediaDevices, RTCPeerConnection }: Browser): LiveTrouble | null {
  if (!isSecureContext) return "insecure";
  return mediaDevices && RTCPeerConnection ? null : "unsupported";
}

export const browserTroubleHere = () =>
  browserTrouble({
    isSecureContext: window.isSecureContext,
    mediaDevices: navigator.mediaDevices,
    RTCPeerConnection: globalThis.RTCPeerConnection,
  });
