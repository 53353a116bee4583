// What somebody reads whom the moderators have warned or banned.

export const words = {
  warned: "A moderator has warned you",
  warnedWhat: "You can write again once you have read this.",
  acknowledge: "I have read it",
  later: "Later",
  askToBeUnbanned: "Ask to be unbanned",
  notBanned: "You are not banned here. You can write.",
  accepted: "Your request was accepted. You can write again.",
  bannedBecause: (reason: string) => `Why you are banned: ${reason}`,
  waits: "Your request waits for the moderators:",
  denied: "The moderators said no to your request:",
  answer: (text: string) => `They answered: ${text}`,
  askAgainOn: (date: string) => `You can ask again on ${date}.`,
  yourWords: "What you want to say",
  yourWordsHint: "The moderators read it. You can ask once.",
  saySomething: "Write something.",
  ask: "Ask",
} as const;
