// The words of the shared components, as whole sentences with places.

export const words = {
  cancel: "Cancel",
  close: "Close",
  undo: "Undo",
  save: "Save",
  saved: "Saved",
  stillLoading: "Still loading. Your connection may be slow.",
  oneMoment: "One moment…",
  notLoaded: "This could not be loaded. Trying again.",
  copy: "Copy",
  copied: "Copied",
  notCopied: "The browser did not let this page copy. Select the text and copy it by hand.",
  hereSince: (date: string) => `Here since ${date}`,
  followsSince: (date: string) => `Follows since ${date}`,
  noLongerFollow: (name: string) => `You no longer follow ${name}.`,
  addressCopied: "The address of this channel is copied.",
  notSignedOut: "You are still signed in: the server did not answer. Try again.",
} as const;
