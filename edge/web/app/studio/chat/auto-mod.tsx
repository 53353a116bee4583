// What AutoMod holds for a moderator, and how strict it is with each.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { AutoModView } from "#schema/api/auto-mod.ts";
import {
  AUTO_MOD_LEVELS,
  type AutoModKind,
  type AutoModLevel,
  SHAPE_KINDS,
  WORD_KINDS,
} from "#schema/wire/moderation/auto-mod.ts";
import { Alert } from "../../ui/alert.tsx";
import { useForm } from "../../ui/form.ts";
import { Panel } from "../../ui/panel.tsx";
import { PanelForm } from "../../ui/panel-form.tsx";
import { useSuccess } from "../../ui/success.tsx";
import { useUnsaved } from "../../ui/unsaved.ts";
import { kindWords } from "../../words/hold-reasons.ts";
import { words } from "../../words/studio-chat.ts";
import { words as uiWords } from "../../words/ui.ts";
import { useSettings } from "./use-settings.ts";

const GROUPS = [
  { title: words.wordKinds, kinds: WORD_KINDS },
  { title: words.shapeKinds, kinds: SHAPE_KINDS },
] as const;

export function AutoMod({ login }: { login: string }) {
  const { now, trouble, change } = useSettings<AutoModView>(`/channels/${login}/chat/automod`);
  return (
    <Panel id="automod" title={words.autoMod} about={words.autoModAbout}>
      <Alert text={trouble} />
      {now.value ? <LevelsForm saved={now.value} change={change} /> : null}
      {now.value || trouble ? null : <p class="muted late">{uiWords.oneMoment}</p>}
    </Panel>
  );
}

interface LevelsProps {
  saved: AutoModView;
  change(to: Partial<AutoModView>): Promise<void>;
}

function LevelsForm({ saved, change }: LevelsProps) {
  const levels = useSignal(saved.levels);
  const holdSuspicious = useSignal(saved.holdSuspicious);
  const success = useSuccess();
  const form = useForm({
    check: () => ({}),
    async send() {
      await change({ levels: levels.value, holdSuspicious: holdSuspicious.value });
      success.value = uiWords.saved;
    },
  });
  const kinds = Object.keys(levels.value) as AutoModKind[];
  const isChanged =
    holdSuspicious.value !== saved.holdSuspicious || kinds.some((kind) => levels.value[kind] !== saved.levels[kind]);
  useUnsaved(isChanged, form);
  useSignalEffect(() => {
    levels.value;
    holdSuspicious.value;
    success.value = null;
  });
  return (
    <PanelForm form={form} word={uiWords.save} disabled={!isChanged} success={success}>
      {GROUPS.map(({ title, kinds }) => (
        <fieldset key={title} class="levels">
          <legend>{title}</legend>
          {kinds.map((kind) => (
            <Level
              key={kind}
              kind={kind}
              level={levels.value[kind]}
              onChange={(level) => {
                levels.value = { ...levels.peek(), [kind]: level };
              }}
            />
          ))}
        </fieldset>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={holdSuspicious.value}
          onChange={(event) => {
            holdSuspicious.value = event.currentTarget.checked;
          }}
        />
        <span>
          {words.holdSuspicious}
          <span class="choice-hint">{words.holdSuspiciousHint}</span>
        </span>
      </label>
    </PanelForm>
  );
}

interface LevelProps {
  kind: AutoModKind;
  level: AutoModLevel;
  onChange(level: AutoModLevel): void;
}

const Level = ({ kind, level, onChange }: LevelProps) => (
  <div class="level">
    <label for={`level-${kind}`}>{kindWords[kind]}</label>
    <select
      id={`level-${kind}`}
      value={`${level}`}
      onChange={(event) => onChange(Number(event.currentTarget.value) as AutoModLevel)}
    >
      {AUTO_MOD_LEVELS.map((one) => (
        <option key={one} value={`${one}`}>
          {words.levels[one]}
        </option>
      ))}
    </select>
  </div>
);
