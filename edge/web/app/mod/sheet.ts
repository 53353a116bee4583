// The style sheet of the moderator view comes with its code: other pages need none of it.

import css from "../style/mod.css" with { type: "text" };
import { once } from "../ui/once.ts";

/** Before what it is for is drawn first. */
export const adoptSheet = once(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
});
