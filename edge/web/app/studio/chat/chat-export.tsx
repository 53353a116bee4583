// The chat of the channel as a file.

import { useSignal } from "@preact/signals";
import { EXPORT_TYPE } from "#schema/wire/chat-export.ts";
import { apiError, errorText, noAnswer } from "../../api.ts";
import { asSignedIn } from "../../session.ts";
import { Alert } from "../../ui/alert.tsx";
import { capitalized } from "../../ui/capitalized.ts";
import { saveFile } from "../../ui/download.ts";
import { DownloadIcon } from "../../ui/tool-icons.tsx";
import { words } from "../../words/chat-keeping.ts";

export function ChatExport({ login }: { login: string }) {
  const said = useSignal("");
  const trouble = useSignal<string | null>(null);
  const isBusy = said.value === words.exporting;
  const save = async () => {
    if (isBusy) return;
    said.value = words.exporting;
    trouble.value = null;
    try {
      saveFile(`${login}-chat.ndjson`, EXPORT_TYPE, await asSignedIn((token) => exported(login, token)));
      said.value = words.exported;
    } catch (error) {
      said.value = "";
      trouble.value = capitalized(errorText(error));
    }
  };
  return (
    <div class="stack">
      <p class="muted">{words.exportAbout}</p>
      <Alert text={trouble.value} />
      <div class="panel-actions">
        <button type="button" class="button" aria-disabled={isBusy ? true : undefined} onClick={() => void save()}>
          <DownloadIcon />
          {words.exportDo}
        </button>
        <p class="field-hint" role="status">
          {said}
        </p>
      </div>
    </div>
  );
}

/** A blob, which the browser keeps on disk if it is large. Throws ApiError. */
async function exported(login: string, accessToken: string | null): Promise<Blob> {
  let response: Response;
  try {
    const headers = { authorization: `Bearer ${accessToken}` };
    response = await fetch(`/api/v1/channels/${login}/chat/export`, { headers });
    if (response.ok) return await response.blob();
  } catch {
    throw noAnswer();
  }
  throw apiError(response, await response.text());
}
