// A labelled drop-down list.

import type { Signal } from "@preact/signals";
import { FormRow, type RowProps } from "./form-row.tsx";

interface ChoiceProps<Value extends string> extends RowProps {
  id: string;
  /** As a form's `check` names it. Default: the id. */
  name?: string;
  value: Signal<Value>;
  options: readonly (readonly [value: Value, word: string])[];
}

export const Choice = <Value extends string>({ name, value, options, ...row }: ChoiceProps<Value>) => (
  <FormRow {...row}>
    {(control) => (
      <select
        {...control}
        name={name ?? row.id}
        value={value}
        onChange={(event) => {
          value.value = event.currentTarget.value as Value;
        }}
      >
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    )}
  </FormRow>
);
