// A labelled field with its hint and its error, tied together for those who cannot see them stand side by side.

import type { Signal } from "@preact/signals";

export interface FieldProps {
  name: string;
  label: string;
  value: Signal<string>;
  error?: string | undefined;
  hint?: string;
  type?: "text" | "email" | "password";
  autocomplete: string;
  autofocus?: boolean;
  inputmode?: "text" | "email" | "numeric";
}

export function Field({
  name,
  label,
  value,
  error,
  hint,
  type = "text",
  autocomplete,
  autofocus,
  inputmode,
}: FieldProps) {
  const described = [error ? `${name}-error` : "", hint ? `${name}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div class={error ? "field field-bad" : "field"}>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        // The element's types know each `type` by itself only.
        {...({ type } as { type: "text" })}
        value={value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
        autocomplete={autocomplete as "on"}
        autocapitalize="none"
        spellcheck={false}
        inputMode={inputmode}
        autofocus={autofocus}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      {error ? (
        <p class="field-error" id={`${name}-error`}>
          {error}
        </p>
      ) : null}
      {hint ? (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}
