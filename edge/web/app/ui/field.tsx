// A labelled input of one line.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../words/fields.ts";
import { FormRow, type RowProps } from "./form-row.tsx";

export interface FieldProps extends RowProps {
  /** Also its id. A form's `check` names the field so. */
  name: string;
  value: Signal<string>;
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
  const { name, label, value, error, hint, isOptional, type = "text", autocomplete, autofocus, inputmode } = props;
  const { code, dir, maxLength } = props;
  const shown = useSignal(false);
  const hasCapsLock = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  // Browsers honour the autofocus attribute only when a page loads.
  useEffect(() => {
    if (autofocus) input.current?.focus();
  }, [autofocus]);
  const secret = type === "password";
  const onKey = (event: KeyboardEvent) => {
    hasCapsLock.value = secret && (event.getModifierState?.("CapsLock") ?? false);
  };
  return (
    <FormRow id={name} label={label} hint={hint} error={error} isOptional={isOptional}>
      {(control) => (
        <div class={secret ? "field-box field-secret" : "field-box"}>
          <input
            ref={input}
            {...control}
            name={name}
            class={code ? "field-code" : undefined}
            // JSX types this attribute as one literal for each kind of input.
            {...({ type: secret && shown.value ? "text" : type } as { type: "text" })}
            value={value}
            onInput={(event) => {
              value.value = event.currentTarget.value;
            }}
            onKeyDown={onKey}
            onKeyUp={onKey}
            onBlur={() => {
              hasCapsLock.value = false;
            }}
            autocomplete={autocomplete as "on"}
            autocapitalize="none"
            dir={dir}
            spellcheck={false}
            inputMode={inputmode}
            maxLength={maxLength}
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
          {secret ? (
            <p class="field-caps" role="status">
              {hasCapsLock.value ? words.capsLock : ""}
            </p>
          ) : null}
        </div>
      )}
    </FormRow>
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
