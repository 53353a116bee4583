// The life of a form: fields are checked here first, then sent; the first field with an error gets focus.

import { type Signal, useSignal } from "@preact/signals";
import { type FormErrors, formErrors, NO_ERRORS } from "./form-errors.ts";
import { useTicker } from "./ticker.ts";

export interface Form {
  errors: FormErrors;
  busy: boolean;
  /** Time until a retry is allowed; 0: now. */
  waitMs: number;
  submit(event: Event): Promise<void>;
  /** Removes all errors. */
  clear(): void;
}

interface FormOptions {
  /** Errors found before sending, by field; null: the field is valid. */
  check(): Record<string, string | null>;
  send(): Promise<unknown>;
  /** More fields that can show errors of the server. */
  fields?: string[];
}

export function useForm({ check, send, fields = [] }: FormOptions): Form {
  const errors: Signal<FormErrors> = useSignal(NO_ERRORS);
  const busy = useSignal(false);
  const waitMs = useTicker(errors.value.untilMs);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value || waitMs > 0) return;
    const form = event.currentTarget as HTMLFormElement;
    const checked = check();
    const wrong = Object.entries(checked).filter((entry): entry is [string, string] => entry[1] !== null);
    errors.value = { ...NO_ERRORS, fields: Object.fromEntries(wrong) };
    if (wrong.length === 0) {
      busy.value = true;
      try {
        await send();
      } catch (error) {
        errors.value = formErrors(error, [...Object.keys(checked), ...fields]);
      }
      busy.value = false;
    }
    requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const clear = () => {
    errors.value = NO_ERRORS;
  };
  return { errors: errors.value, busy: busy.value, waitMs, submit, clear };
}
