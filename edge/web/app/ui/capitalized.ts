// The API's texts begin small, since they are parts of sentences elsewhere; alone they begin large.

export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
