// Taking down what a person shows of themselves: their picture, and their channel's banner.

import { useSignal } from "@preact/signals";
import type { AdminUserDetailView } from "#schema/api/admin-users.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/staff.ts";

interface TakeDownProps {
  person: AdminUserDetailView;
  onDone(): Promise<void>;
}

export function TakeDown({ person: { login, displayName, pictureUrl, channel }, onDone }: TakeDownProps) {
  const asked = useSignal<{ title: string; path: string } | null>(null);
  const name = isolated(displayName);
  const button = (word: string, title: string, path: string) => (
    <button
      type="button"
      class="button danger"
      onClick={() => {
        asked.value = { title, path };
      }}
    >
      {word}
    </button>
  );
  return (
    <>
      {pictureUrl
        ? button(words.takePictureDown, words.takePictureDownOf(name), `/admin/users/${login}/picture`)
        : null}
      {channel.bannerUrl
        ? button(words.takeBannerDown, words.takeBannerDownOf(name), `/admin/channels/${login}/banner`)
        : null}
      {asked.value ? (
        <Confirm
          title={asked.value.title}
          word={words.takeDown}
          act={async () => {
            await call(asked.value!.path, { method: "DELETE" });
            showToast(words.tookDown);
            await onDone();
          }}
          onClose={() => {
            asked.value = null;
          }}
        >
          {words.takeDownMeans}
        </Confirm>
      ) : null}
    </>
  );
}
