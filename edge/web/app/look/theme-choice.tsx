// The choice of the theme: as the system, dark or light. It is on every page, and takes effect at once.

import { useId } from "preact/hooks";
import { changeLook, look } from "./current-look.ts";
import { THEMES, type Theme } from "./look.ts";

export const THEME_WORDS: Record<Theme, string> = { system: "System", dark: "Dark", light: "Light" };

export function ThemeChoice() {
  const name = useId();
  return (
    <fieldset class="theme-choice">
      <legend>Theme</legend>
      <div class="segments">
        {THEMES.map((theme) => (
          <label key={theme}>
            <input
              type="radio"
              name={name}
              checked={look.value.theme === theme}
              onChange={() => changeLook({ theme })}
            />
            <span>{THEME_WORDS[theme]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
