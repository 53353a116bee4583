// A labelled drop-down list, for filters and forms of the staff pages.

import type { Signal } from "@preact/signals";

interface ChoiceProps {
  id: string;
  label: string;
  value: Signal<string>;
  options: readonly (readonly [value: string, word: string])[];
}

export const Choice = ({ id, label, value, options }: ChoiceProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    <select
      id={id}
      value={value}
      onChange={(event) => {
        value.value = event.currentTarget.value;
      }}
    >
      {options.map(([one, word]) => (
        <option key={one} value={one}>
          {word}
        </option>
      ))}
    </select>
  </div>
);

/** `?a=1&b=2` with all parameters that are not empty; empty without any. */
export function query(parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
