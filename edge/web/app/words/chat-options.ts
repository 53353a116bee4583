// The options of the chat.

export const words = {
  title: "Chat options",
  times: "Show the time of each message",
  compact: "Compact rows",
  stopsUnderPointer: "Pause under the pointer",
  stopsUnderPointerHint: "Alt pauses it at any time.",
  showsRemoved: "Show that a message was removed",
  size: "Size of the text",
  sizes: { small: "Small", normal: "Normal", large: "Large" },
  announced: "Screen reader announces",
  announcements: { off: "Nothing", mentions: "Mentions", all: "All" },
  popOut: "Open in a window of its own",
  notOpened: "The browser did not let a window open. Allow pop-ups for this site.",
} as const;
