// Share: copies the address of a channel at once, and offers the code that puts its player into another page.

import { useSignal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { CopyButton, copyText } from "../ui/copy.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { ShareIcon } from "../ui/icons.tsx";
import { words } from "../words/channel.ts";

export function Share({ channel: { login, displayName } }: { channel: ChannelView }) {
  const isCopied = useSignal(false);
  const { origin } = window.location;
  const address = `${origin}/${login}`;
  return (
    <Disclosure
      label={words.share}
      look="button meta-share"
      face={
        <>
          <ShareIcon />
          <span>{words.share}</span>
        </>
      }
      onOpen={async () => {
        isCopied.value = await copyText(address);
      }}
    >
      <p role="status">{isCopied.value ? words.addressCopied : ""}</p>
      <p class="share-address">{address}</p>
      <CopyButton
        text={embedCode(`${origin}/embed/${login}`, displayName)}
        label={words.copyEmbed}
        word={words.embedCode}
      />
    </Disclosure>
  );
}

/** A name has no characters that end an attribute (schema/wire/ids.ts), but a display name may. */
const embedCode = (url: string, name: string) =>
  `<iframe src="${url}" title="${name.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}" width="640" height="360" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;
