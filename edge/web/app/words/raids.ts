// What the studio says about raids: of this channel to another one, and of others to this one.

import type { RaidView } from "#schema/api/raids.ts";

export const words = {
  raid: "Raid…",
  send: "Send your viewers to another channel",
  to: "Channel",
  toHint: "Its name, as in its address.",
  writeName: "A name has 3–25 letters, digits or _.",
  when: "They go in",
  sendDo: "Start the raid",
  goIn: (name: string, seconds: string) => `Your viewers go to ${name} in ${seconds}.`,
  goSoon: (name: string) => `Your viewers go to ${name} in a moment.`,
  outcomes: {
    counting: (name: string) => `Your viewers go to ${name} now.`,
    gone: (name: string) => `Your viewers have gone to ${name}.`,
    cancelled: (name: string) => `The raid of ${name} is cancelled. Your viewers stay.`,
    declined: (name: string) => `${name} has declined the raid. Your viewers stay.`,
  } satisfies Record<RaidView["state"], (name: string) => string>,
  cancel: "Cancel the raid",
  another: "Another raid",

  came: "Raids of others",
  nobodyCame: "No channel has sent its viewers to you yet.",
  viewers: (count: string, isOne: boolean) => (isOne ? "1 viewer" : `${count} viewers`),
  states: { counting: "about to come", gone: "came", cancelled: "cancelled", declined: "declined" },
  decline: "Decline",
  declineOf: (name: string) => `Decline the raid of ${name}`,
} as const;
