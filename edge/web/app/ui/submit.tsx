// The button that sends a form, and the notice above it: busy, waiting, wrong.

import type { Form } from "./form.ts";
import { countdownText } from "./ticker.ts";

interface SubmitProps {
  form: Form;
  word: string;
  kind?: string;
  disabled?: boolean;
}

/** Counts down on the button, which is no live region, while asking again is in vain. */
export function Submit({ form, word, kind = "primary", disabled = false }: SubmitProps) {
  const waits = form.waitMs > 0;
  return (
    <button class={`button ${kind}`} type="submit" disabled={form.busy || waits || disabled}>
      {waits ? `Wait ${countdownText(form.waitMs)}` : form.busy ? "One moment…" : word}
    </button>
  );
}

/** What belongs to no field. Always there, so that screen readers hear it change. */
export const FormNotice = ({ form }: { form: Form }) => (
  <div role="alert">{form.errors.form ? <p class="notice bad">{form.errors.form}</p> : null}</div>
);
