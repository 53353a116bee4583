// Whose lists of words AutoMod uses: of all languages, or of some.

import type { Signal } from "@preact/signals";
import type { AutoModView } from "#schema/api/auto-mod.ts";
import { LIST_LANGUAGES } from "#schema/wire/moderation/auto-mod.ts";
import { FieldError } from "../../ui/form-row.tsx";
import { words } from "../../words/auto-mod.ts";

interface LanguagesProps {
  languages: Signal<AutoModView["languages"]>;
  error: string | undefined;
}

export const AutoModLanguages = ({ languages, error }: LanguagesProps) => (
  <fieldset class="levels languages" aria-describedby={error ? "languages-error" : undefined}>
    <legend>{words.languages}</legend>
    <Box
      word={words.allLanguages}
      isOn={languages.value === null}
      isWrong={error !== undefined}
      onChange={(isOn) => {
        languages.value = isOn ? null : [...LIST_LANGUAGES];
      }}
    />
    {LIST_LANGUAGES.map((language) => (
      <Box
        key={language}
        word={words.languageNames[language]}
        isOn={languages.value?.includes(language) ?? true}
        isDisabled={languages.value === null}
        onChange={(isOn) => {
          const now = languages.peek() ?? LIST_LANGUAGES;
          languages.value = LIST_LANGUAGES.filter((one) => (one === language ? isOn : now.includes(one)));
        }}
      />
    ))}
    <FieldError id="languages-error" text={error} />
  </fieldset>
);

interface BoxProps {
  word: string;
  isOn: boolean;
  isDisabled?: boolean;
  isWrong?: boolean;
  onChange(isOn: boolean): void;
}

const Box = ({ word, isOn, isDisabled = false, isWrong = false, onChange }: BoxProps) => (
  <label class="check">
    <input
      type="checkbox"
      name="languages"
      checked={isOn}
      disabled={isDisabled}
      aria-invalid={isWrong ? true : undefined}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span>{word}</span>
  </label>
);
