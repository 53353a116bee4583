// What the studio says about AutoMod.

export const words = {
  autoMod: "AutoMod",
  autoModAbout: "AutoMod holds a message until a moderator has looked at it.",
  wordKinds: "Words",
  shapeKinds: "Shapes of messages",
  levels: { 0: "Off", 1: "Only the worst", 2: "Some", 3: "Most", 4: "Everything" },
  languages: "Languages of the word lists",
  allLanguages: "All languages",
  languageNames: {
    de: "German",
    en: "English",
    es: "Spanish",
    fr: "French",
    it: "Italian",
    ja: "Japanese",
    ko: "Korean",
    pt: "Portuguese",
    ru: "Russian",
    zh: "Chinese",
  },
  chooseLanguage: "Choose a language, or all.",
  allowedHosts: "Links that are welcome",
  allowedHostsHint:
    "Hosts such as example.com, one a line. They may be sent even while links are off; so may their subdomains.",
  tooManyHosts: (most: number) => `At most ${most} hosts.`,
  noHosts: (hosts: readonly string[]) =>
    hosts.length === 1
      ? `This is no host: ${hosts[0]}. Write it as example.com.`
      : `These are no hosts: ${hosts.join(", ")}. Write them as example.com.`,
  holdTime: "A held message waits for",
  holdTimeHint: "Then it is denied, and its author can send it again.",
  holdSuspicious: "Hold messages of suspicious people",
  holdSuspiciousHint: "People who sign in like somebody whom you have banned.",
} as const;
