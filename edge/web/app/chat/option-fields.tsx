// The options of the chat as switches and choices: in the card beside the chat, and in the settings.

import { Switch } from "../ui/switch.tsx";
import { words } from "../words/chat-options.ts";
import { ANNOUNCED, type ChatOptions, changeOptions, chatOptions, SIZES } from "./options.ts";

export const OptionFields = () => (
  <>
    <Toggle name="hasTimes" label={words.times} />
    <Toggle name="isCompact" label={words.compact} />
    <Toggle name="stopsUnderPointer" label={words.stopsUnderPointer} hint={words.stopsUnderPointerHint} />
    <Toggle name="showsRemoved" label={words.showsRemoved} />
    <Choices name="size" legend={words.size} options={SIZES} word={words.sizes} />
    <Choices name="announced" legend={words.announced} options={ANNOUNCED} word={words.announcements} />
  </>
);

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
