// How to set up an encoder: OBS step by step, and FFmpeg as one command.

import { CopyButton } from "../ui/copy.tsx";

const OBS_SETTINGS = [
  { where: "Settings → Stream", what: "Service: Custom. Paste the server and the stream key of this page." },
  {
    where: "Settings → Output",
    what: "Encoder: x264, or your graphics card's H.264. Rate control CBR, 2,500 to 6,000 kbit/s.",
  },
  { where: "Keyframe interval", what: "2 s. A longer interval delays the start and the picture." },
  { where: "Tune", what: "zerolatency shortens the delay by about half a second." },
  { where: "Audio", what: "AAC, 128 to 160 kbit/s." },
];

export const ObsRecipe = () => (
  <ol class="recipe">
    {OBS_SETTINGS.map(({ where, what }) => (
      <li key={where}>
        <strong>{where}</strong>
        <span>{what}</span>
      </li>
    ))}
  </ol>
);

export function FfmpegRecipe({ server }: { server: string }) {
  const command = `ffmpeg -re -i video.mp4 -c:v libx264 -preset veryfast -tune zerolatency -b:v 3000k -maxrate 3000k -bufsize 3000k -force_key_frames "expr:gte(t,n_forced*2)" -c:a aac -b:a 128k -f flv "${server}/YOUR_KEY"`;
  return (
    <details class="more">
      <summary>With FFmpeg instead</summary>
      <div class="copyable">
        <textarea readOnly rows={4} value={command} aria-label="FFmpeg command" />
        <CopyButton text={command} label="Copy the FFmpeg command" />
      </div>
      <p class="field-hint">Put your stream key in the place of YOUR_KEY.</p>
    </details>
  );
}
