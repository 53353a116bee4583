// A form's submit button, and the notice above the form.

import { words as fieldWords } from "../words/fields.ts";
import { words } from "../words/ui.ts";
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
      {waits ? `Wait ${countdownText(form.waitMs)}` : form.busy ? words.oneMoment : word}
    </button>
  );
}

/** Errors that belong to no field; where several fields are wrong, which ones. */
export function FormNotice({ form: { errors, wrong } }: { form: Form }) {
  if (errors.form !== null || wrong.length < 2) return <Alert text={errors.form} />;
  return (
    <div role="alert">
      <div class="notice bad form-summary">
        <p>{fieldWords.fieldsAreWrong(wrong.length)}</p>
        <ul>
          {wrong.map(({ name, label, focus }) => (
            <li key={name}>
              <button type="button" class="link" onClick={focus}>
                {label}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
