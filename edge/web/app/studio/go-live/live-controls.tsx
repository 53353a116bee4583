// The buttons below one's own picture: what is shown, microphone, going live.

import { CameraIcon, CameraOffIcon, MicrophoneIcon, MicrophoneOffIcon } from "../../ui/camera-icons.tsx";
import { DeviceIcon } from "../../ui/desk-icons.tsx";
import { BroadcastIcon } from "../../ui/icons.tsx";
import { words } from "../../words/go-live.ts";
import type { Live } from "./use-broadcaster.ts";

export function LiveControls({ capture, broadcaster }: Live) {
  const source = capture.source.value;
  const sound = capture.sound.value;
  const { phase } = broadcaster.state.value;
  const isMuted = sound?.isMuted.value === true;
  const isHidden = capture.isHidden.value;
  return (
    <div class="live-controls">
      <button type="button" class="button" aria-pressed={source === "camera"} onClick={() => void capture.useCamera()}>
        <CameraIcon />
        {source === null ? words.useCamera : words.sources.camera}
      </button>
      {"getDisplayMedia" in (navigator.mediaDevices ?? {}) ? (
        <button
          type="button"
          class="button"
          aria-pressed={source === "screen"}
          onClick={() => void capture.useScreen()}
        >
          <DeviceIcon />
          {source === null ? words.shareScreen : words.sources.screen}
        </button>
      ) : null}
      {source !== null ? (
        <button
          type="button"
          class="icon-button"
          aria-label={isHidden ? words.showCamera : words.hideCamera}
          title={isHidden ? words.showCamera : words.hideCamera}
          onClick={() => capture.hide(!isHidden)}
        >
          {isHidden ? <CameraOffIcon /> : <CameraIcon />}
        </button>
      ) : null}
      {sound && capture.microphoneId.value !== null ? (
        <button
          type="button"
          class="icon-button"
          aria-label={isMuted ? words.unmuteMicrophone : words.muteMicrophone}
          title={isMuted ? words.unmuteMicrophone : words.muteMicrophone}
          onClick={() => sound.mute(!isMuted)}
        >
          {isMuted ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
        </button>
      ) : null}
      <span class="live-gap" />
      {phase === "idle" ? (
        <button
          type="button"
          class="button primary"
          // Not disabled: it says why it does nothing yet.
          aria-disabled={source === null ? true : undefined}
          aria-describedby={source === null ? "live-asks" : undefined}
          onClick={() => source !== null && broadcaster.start()}
        >
          <BroadcastIcon />
          {words.goLive}
        </button>
      ) : phase === "live" ? null : (
        <button type="button" class="button" onClick={() => broadcaster.end()}>
          {words.cancel}
        </button>
      )}
    </div>
  );
}
