// The options of the chat, beside the button that opens them. Each takes effect at once.

import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { OpenIcon } from "../ui/icons.tsx";
import { Switch } from "../ui/switch.tsx";
import { showTrouble } from "../ui/toast.ts";
import { useFloat } from "../ui/use-float.ts";
import { words } from "../words/chat-options.ts";
import { popOut } from "./open-pop-out.ts";
import { ANNOUNCED, type ChatOptions, changeOptions, chatOptions, SIZES } from "./options.ts";

export interface OptionsCardProps {
  opener: HTMLElement;
  /** Login of the channel whose chat may have a window of its own; null: it has one, or there is no room for one. */
  channel: string | null;
  onClose(): void;
}

export function OptionsCard({ opener, channel, onClose }: OptionsCardProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useFloat(box, { opener, onAway: onClose });
  useLayoutEffect(() => box.current?.focus(), []);
  const back = () => {
    opener.focus();
    onClose();
  };
  return (
    <div
      class="options-card float"
      popover="manual"
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        back();
      }}
    >
      <h3 id={id}>{words.title}</h3>
      <Toggle name="hasTimes" label={words.times} />
      <Toggle name="isCompact" label={words.compact} />
      <Toggle name="stopsUnderPointer" label={words.stopsUnderPointer} hint={words.stopsUnderPointerHint} />
      <Toggle name="showsRemoved" label={words.showsRemoved} />
      <Choices name="size" legend={words.size} options={SIZES} word={words.sizes} />
      <Choices name="announced" legend={words.announced} options={ANNOUNCED} word={words.announcements} />
      {channel ? (
        <button
          type="button"
          class="button wide"
          onClick={() => {
            back();
            if (!popOut(channel)) showTrouble(words.notOpened);
          }}
        >
          <OpenIcon size="text" />
          {words.popOut}
        </button>
      ) : null}
    </div>
  );
}

type ToggleName = { [Name in keyof ChatOptions]: ChatOptions[Name] extends boolean ? Name : never }[keyof ChatOptions];

const Toggle = ({ name, label, hint }: { name: ToggleName; label: string; hint?: string }) => (
  <Switch
    name={`chat-${name}`}
    label={label}
    hint={hint}
    on={chatOptions.value[name]}
    onChange={(on) => changeOptions({ [name]: on })}
  />
);

interface ChoicesProps<Name extends "size" | "announced"> {
  name: Name;
  legend: string;
  options: readonly ChatOptions[Name][];
  word: Record<ChatOptions[Name], string>;
}

const Choices = <Name extends "size" | "announced">({ name, legend, options, word }: ChoicesProps<Name>) => (
  <fieldset class="options-choice">
    <legend>{legend}</legend>
    <div class="segments">
      {options.map((option) => (
        <label key={option}>
          <input
            type="radio"
            name={`chat-${name}`}
            checked={chatOptions.value[name] === option}
            onChange={() => changeOptions({ [name]: option })}
          />
          <span>{word[option]}</span>
        </label>
      ))}
    </div>
  </fieldset>
);
