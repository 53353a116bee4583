// What the pages say on which one finds channels: followed ones, categories, the search.

import { countText } from "../ui/ticker.ts";

export const words = {
  category: "Category",
  noFollows: "You follow nobody yet.",
  browse: "Browse categories",
  unfollow: "Unfollow",
  undo: "Undo",
  neverLive: "Has not been live yet",
  searchEmpty: "Type a name, a title or a category.",
  followers: (count: number) => (count === 1 ? "1 follower" : `${countText(count)} followers`),
  nobodyLiveIn: (category: string) => `Nobody is live in ${category} right now.`,
  unfollowOne: (name: string) => `Unfollow ${name}`,
  unfollowed: (name: string) => `You no longer follow ${name}.`,
  undoOne: (name: string) => `Undo: follow ${name} again`,
  resultsFor: (query: string) => `Results for “${query}”`,
  nothingFor: (query: string) => `Nothing is found for “${query}”. Check the spelling, or browse the categories.`,
} as const;
