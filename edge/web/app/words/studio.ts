// What the studio says: whole sentences with places for names and numbers, so that they can be translated. The state of a broadcast is
// described in verdict.ts.

import { countText } from "../ui/ticker.ts";

export const words = {
  studio: "Studio",
  stream: "Stream",
  broadcasts: "Broadcasts",
  keyAndEncoder: "Key and encoder",
  channel: "Channel",

  onAir: "On air",
  previewFor: "Preview for",
  viewers: "Viewers",
  delay: "Delay",
  delayHint: "From your server to the picture of half of the viewers. Your encoder and your upload come on top.",
  timeLeft: "Time left",
  serverAway: "We cannot reach the server. Trying again.",

  goLive: "Go live",
  endBroadcast: "End broadcast",
  endPreview: "End preview",
  endBroadcastAsk: "End the broadcast?",
  endBroadcastWhat: "Viewers see that it is over, and your encoder is disconnected.",
  endPreviewAsk: "End the preview?",
  endPreviewWhat: "Your encoder is disconnected. Viewers have seen nothing of it.",

  openChannel: "Your channel",
  copyLink: "Copy link",
  copyLinkLabel: "Copy link to your channel",
  popOutChat: "Pop out chat",
  yourChat: "Your chat",

  edit: "Edit",
  editTitle: "Edit title and category",
  title: "Title",
  titlePlaceholder: "What are you streaming?",
  noTitle: "No title yet",
  category: "Category",
  noCategory: "No category",
  tags: "Tags",
  tagsHint: "Up to 10, with commas between them.",
  tooManyTags: "At most 10 tags.",
  longTag: "A tag has at most 25 characters.",
  save: "Save",
  cancel: "Cancel",
  saved: "Saved",

  health: "Health",
  allGood: "All good",
  moreFigures: "More figures",
  plotsBegin: "The plots begin about 5 s after the picture.",
  viewersCountYou: "While this preview plays, you are one of them.",
  viewersSince: "The plot begins when you open this page.",

  stepKey: "Make your stream key",
  stepEncoder: "Set up OBS, or another encoder",
  stepGo: "Press Start Streaming",
  stepGoText: "This page goes on by itself: you see your picture here about two seconds later, and viewers see it too.",
  lastBroadcast: "Your last broadcast",
  length: "Length",
  peakViewers: "Peak viewers",
  averageViewers: "Average viewers",
  allBroadcasts: "All broadcasts",

  about: "About your channel",
  aboutText: "About",
  aboutHint: "Shown below the picture. Plain text; addresses in it become links.",
  rules: "Chat rules",
  rulesHint: "What you ask of those who write in your chat.",
  links: "Links",
  linkName: (place: number) => `Name of link ${place}`,
  linkUrl: (place: number) => `Address of link ${place}`,
  linkUrlWrong: "Enter an address that begins with https://",
  linkNameWrong: "Enter a name.",
  addLink: "Add a link",
  removeLink: (place: number) => `Remove link ${place}`,

  /** In the state line, beside what is wrong. */
  thingsToRead: (count: number) =>
    count === 0
      ? "Everything arrives as it should."
      : count === 1
        ? "One thing needs your attention: it is explained below."
        : `${count} things need your attention: they are explained below.`,
  attention: (count: number) => (count === 1 ? "1 notice" : `${count} notices`),
  peak: (count: number) => `highest ${countText(count)}`,

  uploadSank: (kbps: string, length: string) => `Your upload sank to ${kbps} kbit/s for ${length}.`,
  uploadSankAdvice: (kbps: string) =>
    `Viewers saw a softer picture, or it stood still. If it happens again, set the bitrate in OBS to ${kbps} kbit/s.`,
  bitrateSank: (kbps: string, length: string) => `Your bitrate sank to ${kbps} kbit/s for ${length}.`,
  bitrateSankAdvice:
    "All pictures came. A still scene does that, and an encoder that lowers its quality; you need not change anything.",
  framesSank: (fps: string, usual: string, length: string) =>
    `Your encoder sent ${fps} instead of ${usual} pictures a second for ${length}.`,
  framesSankAdvice:
    "Viewers saw jerks. If it happens again, choose a faster preset or a lower resolution in OBS, or close other programs.",
} as const;

/** A fault of the source in a few words; its `detail` says the number and what to change. */
export const faultWords: Record<string, string> = {
  unsupported_video_codec: "Viewers cannot see this video codec.",
  unsupported_audio_codec: "Viewers cannot hear this audio codec.",
  no_video: "There is no picture.",
  no_keyframe: "There are no keyframes.",
  no_codec_header: "The picture has no valid header.",
  transcoder_failing: "The smaller qualities are not made.",
  long_keyframe_interval: "Keyframes come too rarely.",
  several_encoders: "Another encoder uses your key.",
  no_picture_since: "No picture arrives.",
  clock_jumped: "Your encoder's clock jumped.",
  clock_stands_still: "Your encoder's clock stands still.",
  sound_and_picture_apart: "Sound and picture lie apart.",
  encoder_too_slow: "Your encoder is too slow.",
  encoder_too_fast: "Your encoder is too fast.",
  unplayable_in_browsers: "Some browsers cannot play your picture.",
  ladder_short: "There are fewer qualities than usual.",
  over_limit: "Your stream is over a limit of this server.",
};
