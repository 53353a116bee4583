// The words of the shared components, as whole sentences with places.

import { once } from "../ui/once.ts";

const clock = once(() => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));

export const words = {
  cancel: "Cancel",
  close: "Close",
  undo: "Undo",
  unsaved: "You have changes that are not saved",
  unsavedWhat: "Save them before you go, or they are lost.",
  unsavedHere: "They are lost if you go. Stay to save them.",
  stay: "Stay here",
  discard: "Discard",
  save: "Save",
  saved: "Saved",
  time: "Time",
  /** `14:03:15` */
  clock: (atMs: number) => clock().format(atMs),
  noFigure: "no figure",
  showAsTable: "Show as table",
  hideTable: "Hide table",
  stillLoading: "Still loading. Your connection may be slow.",
  oneMoment: "One moment…",
  capsLock: "Caps lock is on.",
  notLoaded: "This could not be loaded. Trying again.",
  optional: "(optional)",
  fieldsAreWrong: (count: number) => `${count} fields need another look:`,
  copy: "Copy",
  copied: "Copied",
  notCopied: "The browser did not let this page copy. Select the text and copy it by hand.",
  hereSince: (date: string) => `Here since ${date}`,
  followsSince: (date: string) => `Follows since ${date}`,
  noLongerFollow: (name: string) => `You no longer follow ${name}.`,
  addressCopied: "The address of this channel is copied.",
  notSignedOut: "You are still signed in: the server did not answer. Try again.",
} as const;
