// What the home page says.

import { countText } from "../ui/ticker.ts";

export const words = {
  followedLive: "Followed, live now",
  allFollowed: "All followed",
  browseAll: "Browse all",
  mostWatched: "Most watched now",
  mostWatchedFollowed: "Followed · most watched now",
  watch: "Watch",
  another: "Another one",
  preview: "Preview",
  fromChat: "From the chat",
  serverAway: "We cannot reach the server. Trying again.",
  beFirst: "Be the first. It takes about two minutes, and viewers see you two seconds after you start.",
  firstSteps: [
    ["Create your channel", "Sign up, and your channel is ready."],
    ["Copy your stream key", "The dashboard shows the server and key for OBS."],
    ["Start streaming", "Press the button in OBS, and you are live."],
  ],
  yourTurn: "Your turn?",
  yourTurnHow: "Stream from OBS in two minutes: copy the server and key, press Start.",
  nobodyLiveFollowed: "None of the channels you follow is live.",
  followToSee: "Follow channels to see them here.",
  /** For screen readers, before the state and the viewers. */
  stagePicture: (title: string, name: string) => `${title}, ${name}, `,
  liveFor: (time: string) => `live for ${time}`,
  freshOnes: (count: number) => (count === 1 ? "1 more is live · Show" : `${countText(count)} more are live · Show`),
} as const;
