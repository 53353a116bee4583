// The field of the category: offers those that there are while one types (ARIA APG: combobox with a list). Empty means none.

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { moved } from "../browse/suggestions.ts";
import { FormRow } from "../ui/form-row.tsx";
import { CheckIcon, ChevronIcon } from "../ui/icons.tsx";
import { words } from "../words/studio.ts";
import { meantCategory, offeredCategories } from "./category-options.ts";

interface CategoryFieldProps {
  /** What is written in the field. */
  value: Signal<string>;
  names: readonly string[];
  /** The category that the channel has now. */
  present: string | null;
  error: string | undefined;
}

export function CategoryField({ value, names, present, error }: CategoryFieldProps) {
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  /** What is in the field was chosen, not typed: all are offered, not only that one. */
  const isFresh = useSignal(true);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const offered = offeredCategories(names, isFresh.value ? "" : value.value);
  const shown = isOpen.value ? offered : [];
  useSignalEffect(() => {
    list.current?.children[active.value]?.scrollIntoView({ block: "nearest" });
  });
  useEffect(() => {
    if (isOpen.value) list.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen.value]);
  const close = () => {
    isOpen.value = false;
    active.value = -1;
    isFresh.value = meantCategory(names, value.value) !== undefined;
  };
  const open = () => {
    isOpen.value = true;
    active.value = isFresh.value ? offered.indexOf(value.value) : -1;
  };
  const choose = (name: string) => {
    value.value = name;
    close();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen.value) return open();
      active.value = moved(active.value, event.key === "ArrowDown" ? 1 : -1, offered.length);
    } else if (event.key === "Enter" && shown[active.value] !== undefined) {
      event.preventDefault(); // The form is saved by the next press.
      choose(shown[active.value]!);
    } else if (event.key === "Escape" && isOpen.value) {
      event.stopPropagation(); // The form stays open.
      close();
    }
  };
  return (
    <FormRow id="category" label={words.category} hint={words.categoryHint} error={error} isOptional>
      {(control) => (
        <div class="combo">
          <input
            ref={input}
            {...control}
            name="category"
            type="text"
            role="combobox"
            autocomplete="off"
            spellcheck={false}
            aria-autocomplete="list"
            aria-expanded={shown.length > 0}
            aria-controls="category-list"
            aria-activedescendant={shown[active.value] === undefined ? undefined : `category-${active.value}`}
            value={value}
            onInput={(event) => {
              value.value = event.currentTarget.value;
              isFresh.value = false;
              isOpen.value = true;
              active.value = -1;
            }}
            onClick={open}
            onKeyDown={onKeyDown}
            onBlur={close}
          />
          <ChevronIcon />
          <div
            ref={list}
            id="category-list"
            class="combo-list"
            role="listbox"
            aria-label={words.category}
            hidden={shown.length === 0}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
          >
            {shown.map((name, at) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys.
              <div
                key={name}
                id={`category-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={at === active.value}
                onClick={() => choose(name)}
              >
                {name}
                {name === present ? <CheckIcon size="text" /> : null}
              </div>
            ))}
          </div>
          <p class="sr-only" role="status">
            {isOpen.value && !isFresh.value ? words.categoriesFound(offered.length) : ""}
          </p>
        </div>
      )}
    </FormRow>
  );
}
