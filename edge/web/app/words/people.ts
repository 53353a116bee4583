// What the menu of a message and the card of its author say.

export const words = {
  messageOf: (name: string) => `Message of ${name}`,
  reply: "Reply",
  copyMessage: "Copy message",
  messageCopied: "The message is copied.",
  reportMessage: "Report this message",
  report: "Report",
  reportPerson: (name: string) => `Report ${name}`,
  block: "Block",
  unblock: "Unblock",
  blockPerson: (name: string) => `Block ${name}`,
  lastMessages: "Last messages",
  openChannel: "Open channel",
  makeModerator: "Make moderator",
  endModerator: "Remove as moderator",
  makeVip: "Make VIP",
  endVip: "Remove as VIP",
  isModerator: (name: string) => `${name} is a moderator now.`,
  isNoModerator: (name: string) => `${name} is not a moderator any more.`,
  isVip: (name: string) => `${name} is a VIP now.`,
  isNoVip: (name: string) => `${name} is not a VIP any more.`,
} as const;
