// The panel in which a channel gets a banner.

import type { PictureView } from "#schema/api/pictures.ts";
import { PictureField } from "../pictures/picture-field.tsx";
import { Panel } from "../ui/panel.tsx";
import { words } from "../words/pictures.ts";
import type { OwnChannel } from "./own-channel.ts";

export function Banner({ login, own }: { login: string; own: OwnChannel }) {
  const channel = own.channel.value;
  return (
    <Panel id="banner" title={words.banner} about={words.bannerAbout}>
      <PictureField<PictureView | null>
        kind="banner"
        path={`/channels/${login}/banner`}
        now={channel?.bannerUrl ?? null}
        nowAlt={words.bannerNow}
        chosenAlt={words.bannerChosen}
        empty={<span class="muted">{words.noBanner}</span>}
        isRemovable={channel?.bannerUrl != null}
        onChanged={(answer) => own.learn({ bannerUrl: answer?.url ?? null })}
      />
    </Panel>
  );
}
