// A labelled text of several lines.

import type { Signal } from "@preact/signals";
import { FormRow, type RowProps } from "./form-row.tsx";

interface TextAreaProps extends RowProps {
  id: string;
  /** As a form's `check` names it. */
  name: string;
  value: Signal<string>;
  /** Shown at first; the person can make it higher. */
  rows: number;
  maxLength: number;
  /** `auto` for text in any script. */
  dir?: "auto";
}

export const TextArea = ({ name, value, rows, maxLength, dir, ...row }: TextAreaProps) => (
  <FormRow {...row}>
    {(control) => (
      <textarea
        {...control}
        name={name}
        rows={rows}
        maxLength={maxLength}
        value={value}
        dir={dir}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
    )}
  </FormRow>
);
