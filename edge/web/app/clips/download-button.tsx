// Downloads a clip or a video as MP4: at once where it is one file, else by a dialog that says why there are more.

import { useSignal } from "@preact/signals";
import type { DownloadView } from "#schema/api/clips.ts";
import { call } from "../session.ts";
import { Dialog } from "../ui/dialog.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { showFailure } from "../ui/toast.ts";
import { DownloadIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/clips.ts";

/** `of`: such as `clips/<id>`. */
export function DownloadButton({ of }: { of: `clips/${string}` | `videos/${string}` }) {
  const files = useSignal<DownloadView["files"] | null>(null);
  const download = async () => {
    try {
      const found = (await call<DownloadView>(`/${of}/download`)).files;
      // The answer is an attachment: the page stays.
      if (found.length === 1) window.location.assign(found[0]!.url);
      else files.value = found;
    } catch (error) {
      showFailure(error);
    }
  };
  const close = () => {
    files.value = null;
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void download()}>
        <DownloadIcon />
        <span>{words.download}</span>
      </button>
      {files.value ? <Files files={files.value} onClose={close} /> : null}
    </>
  );
}

function Files({ files, onClose }: { files: DownloadView["files"]; onClose(): void }) {
  return (
    <Dialog title={words.downloadTitle} onClose={onClose}>
      <p class="muted">{words.downloadSome(files.length)}</p>
      <ul class="dialog-list">
        {files.map(({ url, startMs, durationMs }, i) => (
          <li key={url}>
            <a href={url} download>
              {words.file(i + 1, uptimeText(startMs), uptimeText(durationMs))}
            </a>
          </li>
        ))}
      </ul>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
