export const Categories = (_: object) => null;
