// What lies over the picture now and then. Apart, for it is loaded when it is said.

export const words = {
  onlyYou: "Only you see this",
  startBroadcast: "Start broadcast",
  /** Why another latency plays than the wanted one. */
  fallBack: {
    "not-built": (wanted: string, plays: string) => `${wanted} is not available here. Playing ${plays}.`,
    browser: (wanted: string, plays: string) => `This browser cannot play ${wanted}. Playing ${plays}.`,
    network: (wanted: string, plays: string) => `${wanted} is not available on this network. Playing ${plays}.`,
    busy: (wanted: string, plays: string) => `${wanted} has no free place at the moment. Playing ${plays}.`,
    slow: (wanted: string, plays: string) => `Your connection is too slow for ${wanted}. Playing ${plays}.`,
    media: (wanted: string, plays: string) => `${wanted} could not be decoded here. Playing ${plays}.`,
  },
  tooSlowFor: (quality: string) => `Your connection is too slow for ${quality}.`,
  switchToAuto: "Switch to Auto",
  slow: "Your connection is slow. The picture may stop now and then.",
} as const;
