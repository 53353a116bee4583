// What the page says by which one goes live from the browser: whole sentences with places for names and numbers.

export const words = {
  goLive: "Go live",
  fromBrowser: "Go live from this browser",
  fromBrowserText: "With your camera, your microphone or your screen. No other program is needed.",

  useCamera: "Use camera and microphone",
  shareScreen: "Share your screen",
  asksFirst: "Your browser asks you first. Nobody sees anything before you press Go live.",
  yourPicture: "Your picture, as viewers will see it",
  noPicture: "Your picture is shown here.",
  pictureHidden: "Your picture is hidden. Viewers see black.",

  sources: { camera: "Camera", screen: "Screen" },
  camera: "Camera",
  microphone: "Microphone",
  noMicrophone: "No microphone",
  unnamed: (kind: string, place: number) => `${kind} ${place}`,
  muteMicrophone: "Mute microphone",
  unmuteMicrophone: "Unmute microphone",
  hideCamera: "Hide picture",
  showCamera: "Show picture",
  level: "Level of your microphone",
  muted: "muted",
  silent: "nothing heard",
  quiet: "quiet",
  good: "good",
  loud: "too loud",

  quality: "Quality",
  qualities: {
    low: "360p, about 0.8 Mbit/s",
    usual: "720p, about 2.5 Mbit/s",
    high: "1080p, about 4.5 Mbit/s",
  },
  qualityHint: "Your upload must carry it. The picture gets softer when it does not.",

  cancel: "Cancel",
  takeOver: "Take over",

  /** The line below the picture. */
  ready: "Ready. Press Go live when you are.",
  connecting: "Connecting…",
  isSending: "Your picture is being sent.",
  sending: (kbps: string, size: string, fps: string) => `${kbps} kbit/s · ${size} · ${fps} pictures a second`,
  sendingBegins: "Connected. The first seconds are being prepared for viewers.",
  lost: "The connection is lost. Viewers are asked to wait.",
  againIn: (seconds: number) => (seconds === 1 ? "Trying again in 1 second." : `Trying again in ${seconds} seconds.`),
  reconnecting: "Reconnecting… Viewers are asked to wait.",
  ended: "Your broadcast has ended.",
  slowProcessor: "This computer is too slow for this quality. Choose a lower one, or close other programs.",
  slowUpload: "Your upload is too slow for this quality. Viewers see a softer picture.",

  /** When somebody goes to another page meanwhile. */
  leaving: {
    title: "You are live from this page",
    text: "If you leave it, your picture stops. Viewers are asked to wait for a while, then the broadcast ends.",
    leave: "Leave",
  },

  /** Why it does not work, and what to do. */
  troubles: {
    insecure: {
      title: "This page has no access to cameras",
      text: "Browsers give it to pages with https:// alone. Open this page by its secure address.",
    },
    unsupported: {
      title: "This browser cannot go live",
      text: "It lacks WebRTC or H.264. Use a current Chrome, Edge, Safari or Firefox, or stream with OBS.",
    },
    denied: {
      title: "Your browser does not let this page use it",
      text: "Press the sign beside the address, allow camera and microphone for this site, and try again.",
    },
    "denied-screen": {
      title: "Nothing was shared",
      text: "You closed the question, or your system does not allow the browser to see the screen. Try again.",
    },
    "no-device": {
      title: "No such device was found",
      text: "Connect a camera or a microphone, and try again. You can also share your screen.",
    },
    busy: {
      title: "The device is in use",
      text: "Another program has your camera or microphone. Close it there, and try again.",
    },
    unplugged: {
      title: "Your device is gone",
      text: "It was disconnected, or another program took it. Connect it again, or choose another one.",
    },
    "screen-ended": {
      title: "Sharing has ended",
      text: "Viewers see the last picture. Share your screen again, or use your camera.",
    },
    "no-relay": {
      title: "This server takes no broadcasts from browsers",
      text: "Its WebRTC relay is off. Stream with OBS instead, or ask those who run this server.",
    },
    full: {
      title: "There is no free place at the moment",
      text: "All relays of this server are in use. Try again in a minute, or stream with OBS.",
    },
    network: {
      title: "Your network does not let it through",
      text: "It blocks UDP, which live pictures from browsers need. Use another network, or stream with OBS.",
    },
    refused: { title: "The server did not take your broadcast", text: "Try again." },
    "other-encoder": {
      title: "Another encoder is on air",
      text: "It uses your stream key, or another window. Take over to send from here instead; it is disconnected then.",
    },
    "gave-up": {
      title: "The connection did not come back",
      text: "Check your network, and press Go live again.",
    },
    unknown: { title: "Something went wrong", text: "Try again. If it stays so, reload this page." },
  },
} as const;

/** Why one cannot go live, or what has happened meanwhile. */
export type LiveTrouble = keyof typeof words.troubles;
