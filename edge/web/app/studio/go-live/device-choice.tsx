// Camera, microphone and quality, each by a list; they may be changed while they are sent.

import { useId } from "preact/hooks";
import { words } from "../../words/go-live.ts";
import type { Capture } from "./capture.ts";
import { LevelMeter } from "./level-meter.tsx";
import type { QualityName } from "./quality.ts";

const NONE = "none";

export function DeviceChoice({ capture }: { capture: Capture }) {
  const sound = capture.sound.value;
  return (
    <div class="live-devices">
      {capture.source.value === "camera" ? (
        <List
          label={words.camera}
          value={capture.cameraId.value ?? ""}
          options={named(words.camera, capture.cameras.value)}
          onChoose={(id) => void capture.useCamera(id)}
        />
      ) : null}
      <div>
        <List
          label={words.microphone}
          value={capture.microphoneId.value ?? NONE}
          options={[...named(words.microphone, capture.microphones.value), [NONE, words.noMicrophone]]}
          onChoose={(id) => void capture.useMicrophone(id === NONE ? null : id)}
        />
        {sound && capture.microphoneId.value !== null ? <LevelMeter sound={sound} /> : null}
      </div>
      <List
        label={words.quality}
        hint={words.qualityHint}
        value={capture.quality.value}
        options={Object.entries(words.qualities)}
        onChoose={(name) => void capture.chooseQuality(name as QualityName)}
      />
    </div>
  );
}

/** The browser tells no names before the first use. */
const named = (kind: string, devices: readonly MediaDeviceInfo[]): [string, string][] =>
  devices.map(({ deviceId, label }, index) => [deviceId, label || words.unnamed(kind, index + 1)]);

interface ListProps {
  label: string;
  hint?: string;
  value: string;
  options: readonly (readonly [value: string, word: string])[];
  onChoose(value: string): void;
}

function List({ label, hint, value, options, onChoose }: ListProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
      {hint ? (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}
