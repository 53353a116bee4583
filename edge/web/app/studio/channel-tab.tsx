// The channel: its banner, what it says of itself, its emotes, who can watch, and the team.

import { Team } from "../people/channel-roles.tsx";
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
      <Team login={login} />
    </div>
  </div>
);
