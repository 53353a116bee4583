// What one can do with a channel beside watching it: whole sentences with places for names, so that they can be translated.

export const words = {
  share: "Share",
  copyAddress: "Copy the address",
  copyEmbed: "Copy the embed code",
  embedCopied: "The embed code is copied.",
  more: "More",
  report: (name: string) => `Report the channel of ${name}`,
  block: (name: string) => `Block ${name}`,
  chatInWindow: "Chat in a window of its own",
  playerInWindow: "Player in a window of its own",
} as const;
