export const SearchPage = (_: object) => null;
