// The choice of the theme as entries of a menu.

import type { MenuGroup } from "../ui/menu-entries.ts";
import { changeLook, look } from "./current-look.ts";
import { THEMES } from "./look.ts";
import { THEME_WORDS } from "./theme-choice.tsx";

export const themeEntries = (): MenuGroup => ({
  title: "Theme",
  entries: THEMES.map((theme) => ({
    kind: "choice",
    word: THEME_WORDS[theme],
    isOn: look.value.theme === theme,
    act: () => changeLook({ theme }),
  })),
});
