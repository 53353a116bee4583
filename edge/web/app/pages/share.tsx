// Share: copies the address of a channel at once, and offers the code that puts its player into another page.

import type { ChannelView } from "#schema/api/channels.ts";
import { copyText } from "../ui/copy.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import { showToast, showTrouble } from "../ui/toast.ts";
import { ShareIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/channel-acts.ts";
import { words as uiWords } from "../words/ui.ts";

export function Share({ channel: { login, displayName } }: { channel: ChannelView }) {
  const { origin } = window.location;
  const address = `${origin}/${login}`;
  const copyAddress = () => copy(address, uiWords.addressCopied);
  // Where it may not be copied, the menu offers it.
  const copyAtOnce = async () => {
    if (await copyText(address)) showToast(uiWords.addressCopied);
  };
  const copyEmbed = () => copy(embedCode(`${origin}/embed/${login}`, displayName), words.embedCopied);
  return (
    <MenuButton
      label={words.share}
      look="button meta-share"
      onOpen={copyAtOnce}
      groups={[
        {
          title: null,
          entries: [
            { kind: "act", word: words.copyAddress, act: copyAddress },
            { kind: "act", word: words.copyEmbed, act: copyEmbed },
          ],
        },
      ]}
    >
      <ShareIcon />
      <span>{words.share}</span>
    </MenuButton>
  );
}

async function copy(text: string, said: string) {
  if (await copyText(text)) showToast(said);
  else showTrouble(uiWords.notCopied);
}

/** A name has no characters that end an attribute (schema/wire/ids.ts), but a display name may. */
const embedCode = (url: string, name: string) =>
  `<iframe src="${url}" title="${name.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}" width="640" height="360" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;
