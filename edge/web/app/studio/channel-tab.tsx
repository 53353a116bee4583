// The channel: its banner, what it says of itself, its emotes, and who can watch.

import { AboutForm } from "./about-form.tsx";
import { Banner } from "./banner.tsx";
import type { DeskProps } from "./desk-props.ts";
import { ChannelEmotes } from "./emotes.tsx";
import { WhoCanWatch } from "./who-can-watch.tsx";

export const ChannelTab = ({ login, own }: Pick<DeskProps, "login" | "own">) => (
  <div class="desk-columns">
    <div class="desk-column">
      <Banner login={login} own={own} />
      <AboutForm login={login} />
      <ChannelEmotes login={login} />
    </div>
    <div class="desk-column">
      <WhoCanWatch own={own} />
    </div>
  </div>
);
