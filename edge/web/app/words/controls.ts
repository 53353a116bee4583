// What the controls of the player say. Apart, for they are loaded after the picture.

export const words = {
  player: "Player",
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

  /** `Play (k)`: shown by the pointer. */
  withKey: (word: string, key: string) => `${word} (${key})`,
  seconds: (count: number) => `${count.toFixed(1)} s`,
  /** `−0:42` */
  behind: (time: string) => `−${time}`,
  backFrom: (time: string) => `You are ${time} behind. Back to live`,
  latency: "Seconds behind the newest picture that the server has",
  waitingBadge: "Waiting",

  gear: (quality: string) => `Quality and latency: ${quality}`,
  gearMenu: "Quality and latency",
  latencyGroup: "Latency",
  notOffered: "Not on this channel",
  notInThisBrowser: "Not in this browser",
  secondsNow: (seconds: string) => `${seconds} now`,
  qualityGroup: "Quality",
  auto: "Auto",
  perHour: (gigabytes: string) => `${gigabytes} GB an hour`,
  sourcePerHour: (gigabytes: string) => `source, ${gigabytes} GB an hour`,
  statistics: "Statistics",
} as const;
