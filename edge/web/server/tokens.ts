// The colours of the app's pages by name, read from their style sheet, for what stands outside of it: the HTML, and the tests.

const FILE = new URL("../app/style/tokens.css", import.meta.url);

export interface ThemeColours {
  /** As CSS writes them. */
  light: string;
  dark: string;
}

/** Each custom property that is a colour in both themes. */
export async function themeColours(): Promise<ReadonlyMap<string, ThemeColours>> {
  const css = await Bun.file(FILE).text();
  const found = css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g);
  return new Map([...found].map(([, name, light, dark]) => [name!, { light: light!, dark: dark! }]));
}
