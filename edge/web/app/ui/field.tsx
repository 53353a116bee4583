// A labelled input with its hint and error, connected for screen readers.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface FieldProps {
  name: string;
  label: string;
  value: Signal<string>;
  error?: string | undefined;
  hint?: string | undefined;
  /** A password field has a button that shows the password. */
  type?: "text" | "email" | "password";
  autocomplete: string;
  autofocus?: boolean;
  inputmode?: "text" | "email" | "numeric";
  maxLength?: number;
  /** Wider letter spacing, for codes. */
  code?: boolean;
  /** `auto` for text in any script. */
  dir?: "auto";
}

export function Field(props: FieldProps) {
  const { name, label, value, error, hint, type = "text", autocomplete, autofocus, inputmode, maxLength } = props;
  const { code, dir } = props;
  const shown = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  // Browsers honour the autofocus attribute only when a page loads.
  useEffect(() => {
    if (autofocus) input.current?.focus();
  }, [autofocus]);
  const described = [error ? `${name}-error` : "", hint ? `${name}-hint` : ""].filter(Boolean).join(" ");
  const secret = type === "password";
  return (
    <div class={error ? "field field-bad" : "field"}>
      <label for={name}>{label}</label>
      <div class={secret ? "field-box field-secret" : "field-box"}>
        <input
          ref={input}
          id={name}
          name={name}
          class={code ? "field-code" : undefined}
          // JSX types this attribute as one literal for each kind of input.
          {...({ type: secret && shown.value ? "text" : type } as { type: "text" })}
          value={value}
          onInput={(event) => {
            value.value = event.currentTarget.value;
          }}
          autocomplete={autocomplete as "on"}
          autocapitalize="none"
          dir={dir}
          spellcheck={false}
          inputMode={inputmode}
          maxLength={maxLength}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
        />
        {secret ? (
          <button
            type="button"
            class="field-show"
            aria-pressed={shown.value}
            aria-label={`Show ${label.toLowerCase()}`}
            onClick={() => {
              shown.value = !shown.value;
            }}
          >
            {shown.value ? "Hide" : "Show"}
          </button>
        ) : null}
      </div>
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

/** A hidden username field, for password managers, in forms that ask only for the password. */
export const HiddenUsername = ({ login }: { login: string }) => (
  <input
    class="sr-only"
    name="username"
    autocomplete="username"
    value={login}
    readOnly
    tabIndex={-1}
    aria-hidden="true"
  />
);
