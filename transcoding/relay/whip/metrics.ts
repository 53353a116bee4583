// Metrics of publishers by WebRTC.

import { Counter } from "#runtime/base/metrics.ts";

export const packets = new Counter({
  name: "relay_whip_packets_total",
  help: "Packets of publishers by WebRTC, by kind of media and outcome (taken, unreadable, recovered: it came because it was asked for, lost)",
  labelNames: ["kind", "outcome"],
});

export const pictures = new Counter({
  name: "relay_whip_pictures_total",
  help: "Pictures of publishers by WebRTC, by outcome (taken, waited: before a keyframe, or pictures before it were lost)",
  labelNames: ["outcome"],
});

export const keyframeRequests = new Counter({
  name: "relay_whip_keyframe_requests_total",
  help: "Keyframes that publishers by WebRTC were asked for",
});
