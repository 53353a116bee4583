// The colour of one's name in chat.

/** What the colours of the palette are called. */
const names: Record<string, string> = {
  raspberry: "Raspberry",
  orange: "Orange",
  amber: "Amber",
  lime: "Lime",
  green: "Green",
  teal: "Teal",
  ocean: "Ocean",
  blue: "Blue",
  indigo: "Indigo",
  violet: "Violet",
  purple: "Purple",
  pink: "Pink",
  brick: "Brick",
  moss: "Moss",
  pine: "Pine",
};

export const words = {
  title: "Colour of your name",
  about: "In chat it is made lighter or darker where it would be hard to read.",
  sample: "this is how a message of yours begins.",
  usual: "The usual one",
  anyColor: "Any other colour",
  names,
} as const;
