// What the studio says about how long the chat is kept, and about taking it along.

const days = (count: number) => (count === 1 ? "1 day" : `${count} days`);

export const words = {
  keeping: "Messages of the past",
  keepingAbout: "Old messages go day by day. The newest one always stays.",
  keepFor: "Keep messages for",
  asInstance: (instanceDays: number) =>
    instanceDays === 0 ? "as long as this site does: for ever" : `as long as this site does: ${days(instanceDays)}`,
  forEver: "for ever",
  ownDays: "days of my own choice",
  days: "Days",
  wrongDays: "Write a whole number from 1 to 36,500.",
  stricter: (instanceDays: number) => `This site keeps no messages for longer than ${days(instanceDays)}.`,
  exportAbout: "One file with every entry of the chat, as JSON, one a line.",
  exportDo: "Download the chat",
  exporting: "The file is being written…",
  exported: "The file is there.",
} as const;
