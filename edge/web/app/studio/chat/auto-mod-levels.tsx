// How strict AutoMod is with each kind of word and shape.

import type { Signal } from "@preact/signals";
import type { AutoModView } from "#schema/api/auto-mod.ts";
import {
  AUTO_MOD_LEVELS,
  type AutoModKind,
  type AutoModLevel,
  SHAPE_KINDS,
  WORD_KINDS,
} from "#schema/wire/moderation/auto-mod.ts";
import { words } from "../../words/auto-mod.ts";
import { kindWords } from "../../words/hold-reasons.ts";

const GROUPS = [
  { title: words.wordKinds, kinds: WORD_KINDS },
  { title: words.shapeKinds, kinds: SHAPE_KINDS },
] as const;

export const AutoModLevels = ({ levels }: { levels: Signal<AutoModView["levels"]> }) => (
  <>
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
  </>
);

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
