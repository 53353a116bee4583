// What the studio says: whole sentences with places for names and numbers, so that they can be translated.

import { countText } from "../ui/ticker.ts";

export const words = {
  studio: "Studio",
  stream: "Stream",
  broadcasts: "Broadcasts",
  restream: "Restream",
  keyAndEncoder: "Key and encoder",
  channel: "Channel",

  loading: "Loading…",
  cannotBeShown: "Your stream cannot be shown",
  notYet: "You have not streamed yet",
  notYetText: "Three steps, and you are live. This page goes on by itself.",
  offAir: "You are off air",
  offAirText: "Start your encoder, in OBS by Start Streaming. This page goes on by itself.",
  hasEnded: "Your broadcast has ended",
  hasEndedText: "Below is how it went. Start your encoder again to begin another one.",
  starting: "Your encoder is connected",
  startingText: "The first seconds are being prepared for viewers.",
  preview: "Only you see this preview",
  previewText: "Start the broadcast when you are ready. Viewers see the channel off air until then.",
  live: "You are live",
  lost: "Your encoder is disconnected",
  lostText: "Viewers are asked to wait. Start it again in time, and the same broadcast goes on.",
  limit: (detail: string) => `A limit of this server ended your last broadcast. ${detail}`.trim(),

  onAir: "On air",
  previewFor: "Preview for",
  viewers: "Viewers",
  delay: "Delay",
  delayHint: "From your server to the picture of half of the viewers. Your encoder and your upload come on top.",
  timeLeft: "Time left",
  serverAway: "We cannot reach the server. Trying again.",
  oneMoment: "One moment…",
  pictureOnItsWay: "The picture is on its way.",

  startBroadcast: "Start broadcast",
  endBroadcast: "End broadcast",
  endPreview: "End preview",
  endBroadcastAsk: "End the broadcast?",
  endBroadcastWhat: "Viewers see that it is over, and your encoder is disconnected.",
  endPreviewAsk: "End the preview?",
  endPreviewWhat: "Your encoder is disconnected. Viewers have seen nothing of it.",

  openChannel: "Your channel",
  copyLink: "Copy link",
  copyLinkLabel: "Copy link to your channel",
  moderate: "Moderate",
  popOutChat: "Pop out chat",
  yourChat: "Your chat",

  edit: "Edit",
  editTitle: "Edit title and category",
  title: "Title",
  noTitle: "No title yet",
  category: "Category",
  noCategory: "No category",
  categoryHint: "Viewers find you by it.",
  noSuchCategory: "There is no such category. Choose one of the list, or leave it empty.",
  categoriesFound: (count: number) =>
    count === 0 ? "No category has that." : count === 1 ? "1 category" : `${count} categories`,
  tags: "Tags",
  tagsHint: "Up to 10, with commas between them.",
  tooManyTags: "At most 10 tags.",
  longTag: "A tag has at most 25 characters.",
  save: "Save",
  cancel: "Cancel",

  health: "Health",
  allGood: "All good",
  moreFigures: "More figures",
  plotsBegin: "The plots begin about 5 s after the picture.",
  viewersCountYou: "The plot begins when you open this page. While this preview plays, you are one of the viewers.",

  bitrate: "Bitrate",
  framesPerSecond: "Frames per second",
  keyframeInterval: "Keyframe interval",
  audioLevel: "Audio level",
  droppedFrames: "Dropped frames",
  speed: "Speed against the clock",
  restarts: "Restarts",
  in5s: "in 5 s",
  now: "now",
  lastSeen: "last seen",

  picture: "Picture",
  frames: "Frames",
  keyframes: "Keyframes",
  sound: "Sound",
  encoder: "Encoder",
  qualities: "Qualities",
  unknown: "–",
  perSecond: (fps: string) => `${fps} per second`,
  kbps: (kbps: string) => `${kbps} kbit/s`,
  every: (seconds: string) => `every ${seconds} s`,

  latency: "From your encoder to your viewers",
  upload: "Upload",
  server: "Server",
  delivery: "Delivery",
  player: "Player",
  notTold: "not told",
  notMeasured: "not yet",
  seconds: (seconds: string) => `${seconds} s`,
  milliseconds: (ms: string) => `${ms} ms`,
  comesOnTop: "Your encoder does not say when it took a picture, so it and your upload come on top.",

  stepKey: "Make your stream key",
  stepEncoder: "Set up OBS, or another encoder",
  stepGo: "Press Start Streaming",
  stepGoText: "You see your picture here about two seconds later, and viewers see it too.",
  stepGoPreview: "You see your picture here about two seconds later. Viewers see it once you press Start broadcast.",
  done: "Done",
  lastBroadcast: "Your last broadcast",
  length: "Length",
  peakViewers: "Peak viewers",
  averageViewers: "Average viewers",
  allBroadcasts: "All broadcasts",

  broadcastsCaption: "Broadcasts, the newest first",
  noBroadcasts: "None yet. Each broadcast is listed here, with its length and its viewers.",
  started: "Started",
  average: "Average",
  howItEnded: "How it ended",
  notKnown: "Not known",
  stopped: "Ended by hand",
  encoderGone: "The encoder did not come back",
  byLimit: "A limit of this server",

  serverAndKey: "Server and stream key",
  copyServer: "Copy the server address",
  serverTls: "Server with TLS",
  copyServerTls: "Copy the server address with TLS",
  serverTlsHint: "Nobody on the way can read the stream key.",
  serverWhip: "Server for WHIP",
  copyServerWhip: "Copy the server address for WHIP",
  serverWhipHint: "For OBS 30 and later, as service WHIP. The stream key is the bearer token.",
  streamKey: "Stream key",
  copyKey: "Copy the stream key",
  show: "Show",
  hide: "Hide",
  copyNow: "Copy it now. It is shown only once. Anyone who has it can stream to your channel.",
  noKeyYet: "No key yet",
  hiddenKey: (hint: string) => `•••••••••••• ${hint}`,
  makeKey: "Create your stream key",
  newKey: "New key…",
  keyLost: "We cannot show it again, because we store only a hash. Lost it? Make a new one.",
  keyIsSecret: "It proves to us that the stream is yours. Never show it on stream.",
  newKeyAsk: "Make a new stream key?",
  newKeyWhat: "Your current key stops working at once: OBS stops until you paste the new one.",
  makeNewKey: "Make a new key",

  obs: "Settings for OBS",
  obsSteps: [
    { where: "Settings → Stream", what: "Service: Custom. Paste the server and the stream key of this page." },
    {
      where: "Settings → Output",
      what: "Encoder: x264, or your graphics card's H.264. Rate control CBR, 2,500 to 6,000 kbit/s.",
    },
    { where: "Keyframe interval", what: "2 s. A longer interval delays the start and the picture." },
    { where: "Tune", what: "zerolatency shortens the delay by about half a second." },
    { where: "Audio", what: "AAC, 128 to 160 kbit/s." },
  ],
  withFfmpeg: "With FFmpeg instead",
  ffmpegCommand: "FFmpeg command",
  copyFfmpeg: "Copy the FFmpeg command",
  putYourKey: "Put your stream key in the place of YOUR_KEY.",

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

  whoCanWatch: "Who can watch",
  visibilities: {
    public: { word: "Public", who: "Everybody can watch and find the channel." },
    unlisted: { word: "Unlisted", who: "Everybody with the address can watch. It is in no list." },
    followers: { word: "Followers", who: "Only your followers and your team can watch." },
    password: { word: "Password", who: "Only those with the password can watch." },
  },
  watchPassword: "Password for viewers",
  watchPasswordKept: "Leave it empty to keep the present one. With a new one, all who watch must enter it.",
  watchPasswordNew: "4 characters or more. Leave it empty to use the last one again.",
  record: "Keep broadcasts as videos",
  recordHint: "It counts from the next broadcast on. Your videos stay.",
  clips: "Viewers may make clips",
  clipsHint: "Of what they may watch, up to 60 seconds. You and your moderators can delete them.",
  downloads: "Viewers may download videos",
  downloadsHint: "As MP4. You can always do so. Clips can be downloaded by all who may watch them.",
  startByHand: "Start the broadcast by hand",
  startByHandHint: "What your encoder sends is a preview for you and your editors until you press Start broadcast.",

  /** In the state line, beside what is wrong. */
  thingsToRead: (count: number) =>
    count === 0
      ? "Everything arrives as it should."
      : count === 1
        ? "One thing needs your attention: it is explained under Health."
        : `${count} things need your attention: they are explained under Health.`,
  attention: (count: number) => (count === 1 ? "1 notice" : `${count} notices`),
  peak: (count: number) => `highest ${countText(count)}`,

  /** What players report. `stops`: how many pictures stopped, as a sentence. */
  noPlayer: "Players report each 10 s. None has reported in the last half minute.",
  onePlayer: (half: string, stops: string) => `1 player reports: it is ${half} behind the newest part. ${stops}`,
  players: (count: number, half: string, most: string, stops: string) =>
    `${count.toLocaleString("en")} players report: half of them are at most ${half} behind the newest part, 95 % at most ${most}. ${stops}`,
  playersUntold: (count: number, stops: string) =>
    count === 1
      ? `1 player reports, but not how far it is behind. ${stops}`
      : `${count.toLocaleString("en")} players report, but not how far they are behind. ${stops}`,
  stops: (count: number) =>
    count === 0
      ? "No picture stopped in the last 10 s."
      : count === 1
        ? "1 picture stopped in the last 10 s."
        : `${count.toLocaleString("en")} pictures stopped in the last 10 s.`,

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
