// What lies over the picture now and then. Apart, for it is loaded when it is said.

export const words = {
  onlyYou: "Only you see this",
  startBroadcast: "Start broadcast",
  notAvailable: (wanted: string, played: string) => `${wanted} is not available here. Playing ${played}.`,
  tooSlowFor: (quality: string) => `Your connection is too slow for ${quality}.`,
  switchToAuto: "Switch to Auto",
  slow: "Your connection is slow. The picture may stop now and then.",
} as const;
