// A form's submit button, and the error notice above the form.

import { Alert } from "./alert.tsx";
import type { Form } from "./form.ts";
import { countdownText } from "./ticker.ts";

interface SubmitProps {
  form: Form;
  word: string;
  kind?: string;
  disabled?: boolean;
}

/** Counts down while a retry would be refused. The button is not a live region, so the seconds are not read out. */
export function Submit({ form, word, kind = "primary", disabled = false }: SubmitProps) {
  const waits = form.waitMs > 0;
  return (
    <button class={`button ${kind}`} type="submit" disabled={form.busy || waits || disabled}>
      {waits ? `Wait ${countdownText(form.waitMs)}` : form.busy ? "One moment…" : word}
    </button>
  );
}

/** Errors that belong to no field. */
export const FormNotice = ({ form }: { form: Form }) => <Alert text={form.errors.form} />;
