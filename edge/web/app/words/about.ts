// What the part of a channel's page says that is about the channel: whole sentences with places for names, so that they can be translated.

export const words = {
  aboutOne: (name: string) => `About ${name}`,
  bannerOf: (name: string) => `Banner of ${name}`,
  rules: "Rules of the chat",
  links: "Links",
  nothingSaid: (name: string) => `${name} has not written anything here yet.`,
  writeSomething: "Write something",
} as const;
