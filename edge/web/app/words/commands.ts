// The commands of the composer, with a line of help each, and what its lists say.

export const words = {
  login: "name",
  text: "text",
  me: "say what you do",
  block: "hide their messages",
  unblock: "show them again",
  mod: "make them a moderator",
  unmod: "remove as moderator",
  vip: "make them a VIP",
  unvip: "remove as VIP",
  unknown: (name: string) => `There is no command /${name}. Write / to see those that there are.`,
  usage: (name: string, argument: string) => `Write /${name} and a ${argument}.`,
  nobody: (login: string) => `Nobody is called ${login}.`,
  lists: { person: "People in this chat", command: "Commands", emote: "Emotes" },
  offers: (count: number) => (count === 1 ? "1 suggestion" : `${count} suggestions`),
} as const;
