// Finding messages of the past.

const count = (found: number) => (found === 1 ? "1 message" : `${found} messages`);

export const words = {
  find: "Find in the chat",
  text: "Words",
  by: "Said by",
  noLogin: "A name has 3–25 letters, digits or _.",
  search: "Search",
  older: "Search further back",
  found: (found: number) => (found === 0 ? "Nothing was found." : `${count(found)} found.`),
  foundSince: (found: number, moment: string) => `${count(found)} found, back to ${moment}.`,
} as const;
