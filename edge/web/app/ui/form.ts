// A form's life: checked here first, then sent; what is wrong is shown and the first thing to mend gets the focus.

import { type Signal, useSignal } from "@preact/signals";
import { type FormErrors, formErrors, NO_ERRORS } from "./form-errors.ts";
import { useTicker } from "./ticker.ts";

export interface Form {
  errors: FormErrors;
  busy: boolean;
  /** Until asking again is of use; 0: now. */
  waitMs: number;
  submit(event: Event): Promise<void>;
  /** Forgets what was wrong. */
  clear(): void;
}

interface FormOptions {
  /** What is wrong before the server is asked, by field; null: nothing. */
  check(): Record<string, string | null>;
  send(): Promise<unknown>;
  /** More names that errors of the server may be shown at. */
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
    // To the first thing to mend.
    requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const clear = () => {
    errors.value = NO_ERRORS;
  };
  return { errors: errors.value, busy: busy.value, waitMs, submit, clear };
}
