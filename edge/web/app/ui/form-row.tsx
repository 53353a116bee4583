// The row of a form: label above, the control, hint and error below it, connected for screen readers.

import type { ComponentChildren } from "preact";
import { words } from "../words/fields.ts";
import { WarningIcon } from "./icons.tsx";

export interface RowProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Said behind the label; what is required is not marked. Default false. */
  isOptional?: boolean | undefined;
}

/** For the control of the row. */
interface ControlProps {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}

interface FormRowProps extends RowProps {
  /** Of the control. */
  id: string;
  /** Beside other classes of the row. Default: none. */
  look?: string;
  children(control: ControlProps): ComponentChildren;
}

export function FormRow({ id, label, hint, error, isOptional = false, look = "", children }: FormRowProps) {
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class={`field ${look}${error ? " field-bad" : ""}`}>
      <label for={id}>
        {label}
        {isOptional ? <span class="field-optional"> {words.optional}</span> : null}
      </label>
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined })}
      {hint ? (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
}

export const FieldError = ({ id, text }: { id: string; text: string | undefined }) =>
  text ? (
    <p class="field-error" id={id}>
      <WarningIcon size="text" />
      {text}
    </p>
  ) : null;
