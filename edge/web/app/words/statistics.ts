// What the statistics of the player say. Apart, for they are loaded when somebody opens them.

export const words = {
  statisticsOf: {
    behindEdge: "Behind the newest part",
    glass: "Since it was filmed, by your clock",
    buffer: "Buffer",
    bufferWanted: "Buffer wanted",
    speed: "Speed",
    stops: "Stops",
    skips: "Skipped ahead",
    rendition: "Rendition",
    dropped: "Frames dropped",
    playback: "Playback",
  },
  unknown: "unknown",
  notLive: "not live",
  exactSeconds: (count: number) => `${count.toFixed(2)} s`,
  times: (rate: number) => `${rate.toFixed(2)} ×`,
  stops: (count: number, time: string) => `${count} (${time})`,
  size: (rendition: string, width: number, height: number) => `${rendition}, ${width} × ${height}`,
  ofFrames: (dropped: number, total: number) => `${dropped} of ${total}`,
} as const;
