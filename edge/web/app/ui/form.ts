// The life of a form: a field is checked when a person leaves it, all when they are sent; the first field with an error gets focus.

import { batch, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { type FormErrors, formErrors, NO_ERRORS } from "./form-errors.ts";
import { useTicker } from "./ticker.ts";

/** A field that the summary names. */
export interface WrongField {
  name: string;
  label: string;
  focus(): void;
}

export interface Form {
  errors: FormErrors;
  /** Fields that were wrong when the form was sent, and still are. */
  wrong: readonly WrongField[];
  busy: boolean;
  /** Time until a retry is allowed; 0: now. */
  waitMs: number;
  /** For the form's element. The controls in it have the names that `check` gives their errors. */
  props: {
    ref: RefObject<HTMLFormElement | null>;
    onSubmit(event: Event): void;
    onFocusOut(event: FocusEvent): void;
    onInput(event: Event): void;
    noValidate: true;
  };
  /** Checks and sends it, as its button does. False: it was refused, and the form says why. */
  save(): Promise<boolean>;
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

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export function useForm({ check, send, fields = [] }: FormOptions): Form {
  const errors: Signal<FormErrors> = useSignal(NO_ERRORS);
  const wrong = useSignal<readonly WrongField[]>([]);
  const busy = useSignal(false);
  const waitMs = useTicker(errors.value.untilMs);
  const element = useRef<HTMLFormElement>(null);
  const save = async () => {
    if (busy.value || waitMs > 0) return false;
    const checked = check();
    const found = Object.entries(checked).filter((entry): entry is [string, string] => entry[1] !== null);
    batch(() => {
      wrong.value = [];
      errors.value = found.length === 0 ? NO_ERRORS : { ...NO_ERRORS, fields: Object.fromEntries(found) };
    });
    if (found.length === 0) {
      busy.value = true;
      try {
        await send();
      } catch (error) {
        errors.value = formErrors(error, [...Object.keys(checked), ...fields]);
      }
      busy.value = false;
    }
    const isSaved = errors.peek() === NO_ERRORS;
    requestAnimationFrame(() => {
      const controls = [...(element.current?.querySelectorAll<Control>("[aria-invalid=true]") ?? [])];
      wrong.value = wrongFields(controls, errors.peek());
      controls[0]?.focus();
    });
    return isSaved;
  };
  /** Shows the error of one field, or removes the one that it had. */
  const recheck = (name: string) => {
    const { [name]: before, ...others } = errors.peek().fields;
    const now = check()[name] ?? undefined;
    if (now !== before) errors.value = { ...errors.peek(), fields: now ? { ...others, [name]: now } : others };
  };
  const left = ({ target, relatedTarget }: FocusEvent) => {
    const { name, value } = target as Control;
    // Who only passes by has done nothing wrong. A button that is pressed must not move away under the pointer.
    const isOnWay = relatedTarget instanceof Element && relatedTarget.closest("button, a") !== null;
    if (name in check() && value !== "" && !isOnWay && !busy.peek()) recheck(name);
  };
  const typed = ({ target }: Event) => {
    const { name } = target as Control;
    if (errors.peek().fields[name]) recheck(name);
  };
  const clear = () => {
    errors.value = NO_ERRORS;
  };
  return {
    errors: errors.value,
    wrong: wrong.value.filter(({ name }) => errors.value.fields[name]),
    busy: busy.value,
    waitMs,
    props: {
      ref: element,
      onSubmit(event) {
        event.preventDefault();
        void save();
      },
      onFocusOut: left,
      onInput: typed,
      noValidate: true,
    },
    save,
    clear,
  };
}

/** One for each field, in the order of the page. */
function wrongFields(controls: readonly Control[], { fields }: FormErrors): WrongField[] {
  const named = new Map<string, WrongField>();
  for (const control of controls) {
    const label = control.labels?.[0]?.textContent ?? control.name;
    if (fields[control.name] && !named.has(control.name))
      named.set(control.name, { name: control.name, label, focus: () => control.focus() });
  }
  return [...named.values()];
}
