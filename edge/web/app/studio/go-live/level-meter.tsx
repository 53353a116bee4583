// How loud the microphone is: a bar that moves, and a word.

import { words } from "../../words/go-live.ts";
import { LEVEL_LEAST_DB, levelShare, levelWord } from "./level.ts";
import type { SoundMix } from "./sound-mix.ts";

const STEPS = 24;

export function LevelMeter({ sound }: { sound: SoundMix }) {
  const db = sound.levelDb.value;
  const word = sound.isMuted.value ? "muted" : levelWord(db);
  const lit = Math.round(levelShare(db) * STEPS);
  return (
    <div class="level">
      <meter class="sr-only" min={LEVEL_LEAST_DB} max={0} value={Math.round(db)} aria-label={words.level}>
        {words[word]}
      </meter>
      <svg class={`level-bar level-${word}`} viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none" aria-hidden="true">
        <rect width={STEPS} height="1" class="level-ground" />
        <rect width={lit} height="1" class="level-lit" />
      </svg>
      <span class="level-word">{words[word]}</span>
    </div>
  );
}
