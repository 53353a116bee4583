// What the page says of what is done for the whole room.

export const words = {
  pinned: "The message is pinned.",
  unpinned: "Nothing is pinned any more.",
  announced: "Announced.",
  pollOpened: "The poll is open.",
  pollEnded: "The poll has ended.",
  raidStarted: (name: string) => `Your viewers go to ${name} in a moment.`,
  raidCancelled: "The raid is cancelled.",
  raidDeclined: (name: string) => `The raid of ${name} is declined.`,
} as const;
