// What stands above the lines of a chat: the pinned message, a poll, a raid.

import { countText } from "../ui/ticker.ts";

export const words = {
  pinnedBy: (name: string) => `Pinned by ${name}`,
  pinned: "Pinned message",
  unpin: "Take it down",
  fold: (what: string) => `Fold: ${what}`,
  unfold: (what: string) => `Open: ${what}`,
  poll: "Poll",
  pollOpen: (left: string, votes: number) => `Poll · ${left} left · ${voteCount(votes)}`,
  pollEnded: (votes: number) => `Poll · ended · ${voteCount(votes)}`,
  percent: (share: number) => `${share} %`,
  voteFor: (choice: string, number: number) => `${number}. ${choice}`,
  yourVote: "your vote",
  winner: "most votes",
  votes: voteCount,
  signInToVote: "Sign in to vote",
  voted: (choice: string) => `You voted for ${choice}.`,
  votedBefore: "You have voted in this poll already.",
  endPoll: "End poll",
  raid: "Raid",
  raidIn: (name: string, seconds: string) => `You go to ${name} in ${seconds}.`,
  raidSoon: (name: string) => `You go to ${name} in a moment.`,
  raidGone: (name: string) => `The viewers have gone to ${name}.`,
  ownRaid: (name: string) => `Your viewers go to ${name} in a moment.`,
  ownRaidIn: (name: string, seconds: string) => `Your viewers go to ${name} in ${seconds}.`,
  cancelRaid: "Cancel the raid",
  comingRaid: (name: string, viewers: string) => `${name} is about to come with ${viewers} viewers.`,
  comingRaidIn: (name: string, viewers: string, seconds: string) =>
    `${name} comes with ${viewers} viewers in ${seconds}.`,
  raidCame: (name: string, viewers: string) => `${name} has come with ${viewers} viewers.`,
  comingRaidOver: (name: string, isDeclined: boolean) =>
    isDeclined ? `The raid of ${name} is declined.` : `${name} does not come: the raid is cancelled.`,
  declineRaid: "Decline",
  hideRaid: "Hide",
  raidOff: "The raid is cancelled.",
  raidDeclined: (name: string) => `${name} does not take this raid.`,
  stay: "Stay here",
  staying: "You stay here.",
  goNow: "Go now",
  goThere: (name: string) => `Go to ${name}`,
} as const;

function voteCount(votes: number): string {
  return votes === 1 ? "1 vote" : `${countText(votes)} votes`;
}
