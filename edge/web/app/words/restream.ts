// What the page of restreaming says: whole sentences with places for names and numbers, so that they can be translated.

import type { TargetView } from "#schema/api/targets.ts";

type Fault = NonNullable<TargetView["state"]["fault"]>;

export const words = {
  about:
    "Your broadcasts are sent on to these services as they come from your encoder, once viewers can see them. Your upload stays the same.",
  services: "Services",
  none: "Your broadcasts go nowhere else yet.",
  add: "Add a service",
  addDo: "Add service",
  full: (most: number) => `You have ${most} services. Remove one to add another.`,
  name: "Name",
  nameHint: "For yourself, such as “Twitch”.",
  server: "Server",
  serverHint: "The service calls it server or stream URL. It begins with rtmp:// or rtmps://.",
  key: "Stream key",
  keyHint: "It is sealed at once, and never shown again.",
  keyKept: (hint: string | null) =>
    hint ? `Leave it empty to keep the one that ends in ${hint}.` : "Leave it empty to keep the one you entered.",
  keyAgain: "Enter the key again, since the server has changed.",
  enterName: "Enter a name.",
  enterServer: "Enter the server, beginning with rtmp:// or rtmps://, with a path such as /live.",
  enterKey: "Enter the stream key.",
  keyEnds: (hint: string) => `Key\u00a0ends\u00a0in\u00a0${hint}`,
  send: (name: string) => `Send to ${name}`,
  edit: "Edit",
  editOf: (name: string) => `Edit ${name}`,
  save: "Save",
  cancel: "Cancel",
  remove: "Remove…",
  removeOf: (name: string) => `Remove ${name}…`,
  removeAsk: (name: string) => `Remove ${name}?`,
  removeWhat: "Your broadcasts are not sent there any more, and its key is deleted here.",
  removeDo: "Remove",
  removed: (name: string) => `${name} is removed`,
  added: (name: string) => `${name} is added`,

  off: "Off",
  waiting: "Waits for your next broadcast",
  connecting: "Connecting…",
  unknown: "Its state is not known right now",
  live: "Sending",
  forTime: (time: string) => `for ${time}`,
  leftOut: (frames: string) => `The service was too slow: ${frames} pictures were left out.`,
  again: (inTime: string) => `Tries again in ${inTime}.`,
  againNow: "Tries again now.",
  faults: {
    name_not_found: "The name of the server is not known. Check the address.",
    address_refused: "This server may not connect to that address.",
    unreachable: "The service cannot be reached.",
    certificate: "The certificate of the service is not valid for its name.",
    not_rtmp: "The service does not answer as an RTMP server.",
    key_refused: "The service did not accept the stream. Check the key.",
    closed: "The service ended the connection.",
    stalled: "The service took no more data.",
    key_lost: "The key cannot be read any more. Enter the key again.",
    unavailable: "Part of our own server was away.",
  } satisfies Record<Fault, string>,
} as const;
