// What is said where there is nothing: whole sentences with places for names, so that they can be translated.

export const words = {
  notFound: "Not found",
  channelGone: (name: string) => `The channel “${name}” is not available any more.`,
  searchOthers: "Search for another channel.",
  noSuchChannel: (name: string) => `There is no channel “${name}”.`,
  nothingHere: "There is nothing at this address.",
  checkAddress: "Check the address, or search for it.",
  checkSpelling: "Check the spelling, or search for it.",
  search: "Search",
  home: "Home",
} as const;
