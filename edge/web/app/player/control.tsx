// Controls that every player has: a button with its key, the sound, picture in picture.

import type { ComponentChildren } from "preact";
import { MutedIcon } from "../ui/icons.tsx";
import { PipIcon, SoundIcon } from "../ui/player-icons.tsx";
import { words } from "../words/controls.ts";
import type { Sound } from "./sound.ts";

interface ControlProps {
  word: string;
  /** Its key (keys.ts). */
  letter: string;
  look?: string;
  /** Default: it is no switch. */
  isOn?: boolean;
  onClick(): void;
  children: ComponentChildren;
}

/** The key is not part of the name, which a person may say (WCAG 2.5.3). */
export const Control = ({ word, letter, look = "", isOn, onClick, children }: ControlProps) => (
  <button
    type="button"
    class={`control ${look}${isOn ? " control-on" : ""}`}
    onClick={onClick}
    aria-label={word}
    aria-pressed={isOn}
    aria-keyshortcuts={letter}
    title={words.withKey(word, letter)}
  >
    {children}
  </button>
);

export function Volume({ sound }: { sound: Sound }) {
  const silent = sound.muted.value || sound.volume.value === 0;
  return (
    <div class="volume">
      <Control word={silent ? words.unmute : words.mute} letter="m" onClick={() => sound.toggleMute()}>
        {silent ? <MutedIcon /> : <SoundIcon />}
      </Control>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={silent ? 0 : sound.volume.value}
        style={{ "--value": silent ? 0 : sound.volume.value }}
        onInput={(event) => sound.set(event.currentTarget.valueAsNumber)}
        aria-label={words.volume}
      />
    </div>
  );
}

export function PictureInPicture({ video }: { video: HTMLVideoElement }) {
  if (!document.pictureInPictureEnabled) return null;
  const toggle = async () => {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await video.requestPictureInPicture();
    } catch (error) {
      console.info("picture in picture refused", error); // Before the first picture, or forbidden in the browser's settings.
    }
  };
  return (
    <button
      type="button"
      class="control control-pip"
      onClick={toggle}
      aria-label={words.pictureInPicture}
      title={words.pictureInPicture}
    >
      <PipIcon />
    </button>
  );
}
