// How to set up an encoder: OBS step by step, and FFmpeg as one command.

import { CopyButton } from "../ui/copy.tsx";
import { words } from "../words/studio.ts";

export const ObsRecipe = () => (
  <ol class="recipe">
    {words.obsSteps.map(({ where, what }) => (
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
      <summary>{words.withFfmpeg}</summary>
      <div class="copyable">
        <textarea readOnly rows={4} value={command} aria-label={words.ffmpegCommand} />
        <CopyButton text={command} label={words.copyFfmpeg} />
      </div>
      <p class="field-hint">{words.putYourKey}</p>
    </details>
  );
}
