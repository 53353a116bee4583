// The form of a panel: errors that belong to no field, the rows, and at its foot the button with what it has done.

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Form } from "./form.ts";
import { FormNotice, Submit } from "./submit.tsx";
import { Success } from "./success.tsx";

interface PanelFormProps {
  form: Form;
  /** On the button. */
  word: string;
  /** There is nothing to send. */
  disabled: boolean;
  /** Said beside the button. Null: the panel says it, since the form goes. */
  success: Signal<string | null> | null;
  children: ComponentChildren;
}

export const PanelForm = ({ form, word, disabled, success, children }: PanelFormProps) => (
  <form {...form.props} class="stack">
    <FormNotice form={form} />
    {children}
    <div class="panel-actions panel-foot">
      <Submit form={form} word={word} disabled={disabled} />
      {success ? <Success text={success} /> : null}
    </div>
  </form>
);
