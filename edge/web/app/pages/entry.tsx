// What signing in and signing up share: the card, the form's life, and the way on afterwards.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { location, navigate, safeNext } from "../router.ts";
import { session } from "../session.ts";
import { Mark } from "../ui/icons.tsx";
import { type FormErrors, formErrors, NO_ERRORS } from "./form-errors.ts";

export interface EntryForm {
  errors: FormErrors;
  busy: boolean;
  submit(event: Event): Promise<void>;
}

/** `check` says what is wrong before the server is asked, by field; `send` asks it. Signed in, the page leads on by itself. */
export function useEntryForm(check: () => Record<string, string | null>, send: () => Promise<void>): EntryForm {
  const errors = useSignal<FormErrors>(NO_ERRORS);
  const busy = useSignal(false);
  useSignalEffect(() => {
    if (session.value.phase === "in") navigate(safeNext(location.peek().search), { replace: true });
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    const form = event.currentTarget as HTMLFormElement;
    const checked = check();
    const wrong = Object.entries(checked).filter((entry): entry is [string, string] => entry[1] !== null);
    errors.value = { form: null, fields: Object.fromEntries(wrong) };
    if (wrong.length === 0) {
      busy.value = true;
      try {
        await send();
      } catch (error) {
        errors.value = formErrors(error, Object.keys(checked));
      }
      busy.value = false;
    }
    // To the first thing to mend.
    requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return { errors: errors.value, busy: busy.value, submit };
}

interface CardProps {
  title: string;
  form: EntryForm;
  action: string;
  children: ComponentChildren;
  below: ComponentChildren;
}

export const EntryCard = ({ title, form, action, children, below }: CardProps) => (
  <main id="main" class="entry">
    <div class="entry-card">
      <Mark />
      <h1>{title}</h1>
      {form.errors.form ? (
        <p class="notice bad" role="alert">
          {form.errors.form}
        </p>
      ) : null}
      <form onSubmit={form.submit} noValidate>
        {children}
        <button class="button primary large wide" type="submit" disabled={form.busy}>
          {form.busy ? "One moment…" : action}
        </button>
      </form>
      <p class="entry-below">{below}</p>
    </div>
  </main>
);

/** The other page of the two, keeping the way on. */
export const withNext = (page: string) => page + location.value.search;
