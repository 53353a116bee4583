// What the chat says: whole sentences with places for names and numbers, so that they can be translated. What its composer, lists and options
// say is in files of their own, which are loaded with them.

import { once } from "../ui/once.ts";
import { countText } from "../ui/ticker.ts";

const clock = once(() => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }));

export const words = {
  chat: "Chat",
  chatOf: (name: string) => `Chat of ${name}`,
  offAir: "Off air",
  options: "Chat options",
  hide: "Hide chat",
  width: "Width of the chat",
  inOtherWindow: "Chat is open in another window.",
  bringBack: "Bring it back",

  messages: "Messages",
  paused: "Paused",
  pausedWith: (count: number) => `Paused · ${countText(count)} new`,
  nobodyYet: "Nobody has said anything yet.",
  beFirst: "Be the first.",

  /** `14:03` */
  clock: (at: string) => clock().format(new Date(at)),
  person: (name: string) => `About ${name}`,
  actsOn: (name: string, body: string) => `${name}: ${body}. Actions`,
  actsOnRemoved: (name: string) => `A message from ${name} was removed. Actions`,
  answers: "Reply to",
  quote: (name: string, body: string) => `${name}: ${body}`,
  quoteUnknown: "an earlier message",
  quoteRemoved: (name: string) => `a message from ${name} that was removed`,
  removed: (name: string) => `A message from ${name} was removed`,
  removedOfNobody: "A message was removed",
  removedBy: (name: string) => `removed by ${name}`,
  removedByNobody: "removed",
  announcementBy: (name: string) => `Announcement by ${name}`,
  raid: "Raid",
  raided: (name: string, viewers: number) =>
    viewers === 1 ? `${name} comes with 1 viewer.` : `${name} comes with ${countText(viewers)} viewers.`,
  sendingAgain: "sending again…",
  you: "You",

  newMessages: (count: number) => (count === 1 ? "1 new message" : `${countText(count)} new messages`),
  says: (name: string, body: string) => `${name} says: ${body}`,
} as const;
