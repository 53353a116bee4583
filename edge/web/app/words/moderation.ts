// What the page says of what moderators do.

export const words = {
  deleteMessage: "Delete this message",
  timeOut: (name: string) => `Time out ${name} for 10 minutes`,
  ban: (name: string) => `Ban ${name}`,
  timeOutShort: "Time out for 10 minutes",
  banShort: "Ban",
  pinMessage: "Pin this message",
  warnShort: "Warn…",
  warn: "Warn",
  warnAsk: (name: string) => `Warn ${name}?`,
  reason: "Reason",
  reasonHint: "They read it, and cannot write before they have.",
  sayWhy: "Say why.",
  warned: (name: string) => `${name} is warned.`,
  moderatorView: "Moderator view",
  banned: (name: string) => `${name} is banned.`,
  timedOut: (name: string, time: string) => `${name} is timed out for ${time}.`,
  unbanned: (name: string) => `${name} may write again.`,
  deleted: "The message is deleted.",
  cleared: "The chat is cleared.",
  modesChanged: "The chat's modes are changed.",
} as const;
