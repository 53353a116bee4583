// What lies over the picture, and the names of the latency modes: whole sentences with places for names, so that they can be translated.
// The controls have words of their own, which are loaded with them.

export const words = {
  play: "Play",
  pressForSound: "Press for sound",
  pictureOnItsWay: "The picture is on its way.",
  ended: "The broadcast has ended.",
  waiting: (name: string) => `Waiting for ${name}. The stream goes on by itself.`,
  video: "Video",
  latencyModes: { normal: "Normal", low: "Low", realtime: "Real time" },
} as const;
