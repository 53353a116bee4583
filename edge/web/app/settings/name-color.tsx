// The colour of one's name in chat: one of a palette, or any. It is shown as chat shows it: readable in both themes.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MeView } from "#schema/api/me.ts";
import type { UserView } from "#schema/api/user.ts";
import { NAME_COLORS, ownColor } from "#schema/wire/name-colors.ts";
import { call } from "../session.ts";
import { readable } from "../ui/contrast.ts";
import { useForm } from "../ui/form.ts";
import { Panel } from "../ui/panel.tsx";
import { PanelForm } from "../ui/panel-form.tsx";
import { useSuccess } from "../ui/success.tsx";
import { theme } from "../ui/theme.ts";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/name-color.ts";
import { words as uiWords } from "../words/ui.ts";

const PALETTE = Object.entries(NAME_COLORS);

export function NameColor({ user }: { user: UserView }) {
  /** `#rrggbb`; empty: the one that is made of the account. */
  const saved = useSignal("");
  const color = useSignal("");
  const success = useSuccess();
  useEffect(() => {
    const ending = new AbortController();
    call<MeView>("/me", { signal: ending.signal }).then(
      (me) => {
        saved.value = me.color ?? "";
        color.value = saved.value;
      },
      () => {}, // The colour can be chosen all the same.
    );
    return () => ending.abort();
  }, [saved, color]);
  const form = useForm({
    check: () => ({}),
    async send() {
      await call("/me", { method: "PATCH", body: { color: color.value || null } });
      saved.value = color.value;
      success.value = uiWords.saved;
    },
  });
  const isChanged = color.value !== saved.value;
  useUnsaved(isChanged, form);
  const choose = (to: string) => {
    color.value = to;
    success.value = null;
  };
  const shown = color.value || ownColor(user.id);
  return (
    <Panel id="name-color" title={words.title} about={words.about}>
      <PanelForm form={form} word={uiWords.save} disabled={!isChanged} success={success}>
        <p class="name-color-shown">
          <strong style={{ color: readable(shown, theme.value.background) }}>{user.displayName}</strong>: {words.sample}
        </p>
        <fieldset class="name-colors">
          <legend class="sr-only">{words.title}</legend>
          <ColorChoice
            name={words.usual}
            value=""
            color={ownColor(user.id)}
            isOn={color.value === ""}
            choose={choose}
          />
          {PALETTE.map(([name, value]) => (
            <ColorChoice
              key={name}
              name={words.names[name] ?? name}
              {...{ value, color: value, choose }}
              isOn={color.value === value}
            />
          ))}
        </fieldset>
        <label class="name-color-own">
          <input type="color" value={shown} onInput={(event) => choose(event.currentTarget.value)} />
          {words.anyColor}
        </label>
      </PanelForm>
    </Panel>
  );
}

interface ColorChoiceProps {
  name: string;
  value: string;
  color: string;
  isOn: boolean;
  choose(value: string): void;
}

const ColorChoice = ({ name, value, color, isOn, choose }: ColorChoiceProps) => (
  <label title={name}>
    <input
      type="radio"
      name="name-color"
      value={value}
      checked={isOn}
      aria-label={name}
      onChange={() => choose(value)}
      style={{ background: color }}
    />
  </label>
);
