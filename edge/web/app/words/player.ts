// What the player says: whole sentences with places for names and numbers, so that they can be translated.

export const words = {
  player: "Player",
  play: "Play",
  pause: "Pause",
  mute: "Mute",
  unmute: "Unmute",
  volume: "Volume",
  theatre: "Theatre mode",
  fullscreen: "Full screen",
  leaveFullscreen: "Leave full screen",
  showChat: "Show chat",
  pictureInPicture: "Picture in picture",
  live: "LIVE",
  paused: "Paused",
  backToLive: "Back to live",
  pressForSound: "Press for sound",
  pictureOnItsWay: "The picture is on its way.",
  ended: "The broadcast has ended.",

  /** `Play (k)`: shown by the pointer. */
  withKey: (word: string, key: string) => `${word} (${key})`,
  seconds: (count: number) => `${count.toFixed(1)} s`,
  /** `−0:42` */
  behind: (time: string) => `−${time}`,
  backFrom: (time: string) => `You are ${time} behind. Back to live`,
  latency: "Seconds behind the newest picture that the server has",
  latencyModes: { normal: "Normal", low: "Low", realtime: "Real time" },
  waiting: (name: string) => `Waiting for ${name}. The stream goes on by itself.`,
  waitingBadge: "Waiting",

  gear: (quality: string) => `Quality and latency: ${quality}`,
  gearMenu: "Quality and latency",
  latencyGroup: "Latency",
  secondsNow: (seconds: string) => `${seconds} now`,
  qualityGroup: "Quality",
  auto: "Auto",
  source: "source",
  video: "Video",
  perHour: (gigabytes: string) => `${gigabytes} GB an hour`,
  sourcePerHour: (gigabytes: string) => `source, ${gigabytes} GB an hour`,
  statistics: "Statistics",
} as const;
