// Key and encoder: where to send the stream, and how to set up what sends it.

import { Panel } from "../ui/panel.tsx";
import { words } from "../words/studio.ts";
import type { DeskProps } from "./desk-props.ts";
import { FfmpegRecipe, ObsRecipe } from "./encoder-recipe.tsx";
import { StreamKey } from "./stream-key.tsx";

export const KeyTab = ({ streamKey }: Pick<DeskProps, "streamKey">) => (
  <div class="desk-columns">
    <Panel id="server-key" title={words.serverAndKey}>
      <StreamKey state={streamKey} />
    </Panel>
    <Panel id="recipe" title={words.obs}>
      <ObsRecipe />
      {streamKey.known.value ? <FfmpegRecipe server={streamKey.known.value.rtmpUrl} /> : null}
    </Panel>
  </div>
);
