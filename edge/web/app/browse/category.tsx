export const Category = (_: { slug: string }) => null;
