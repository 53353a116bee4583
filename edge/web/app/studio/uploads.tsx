// The uploads of a streamer: choosing or dropping a file, how far each is, pause, and going on after a reload.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText } from "../api.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { spanText } from "../ui/dates.ts";
import { FileButton } from "../ui/file-button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { showFailure, showTrouble } from "../ui/toast.ts";
import {
  beginUpload,
  cancelUpload,
  loadUploads,
  pauseUpload,
  resumeUpload,
  type ShownUpload,
  uploads,
} from "../uploads/uploads.ts";
import { words } from "../words/uploads.ts";

const ACCEPTED = "video/*,.mkv,.ts,.flv,.mov,.avi";

export function UploadsTab() {
  const trouble = useSignal<string | null>(null);
  const isOver = useSignal(false);
  useEffect(() => void loadUploads(), []);
  useLeaveQuestion();
  const begin = async (files: FileList | null | undefined) => {
    trouble.value = null;
    for (const file of files ?? [])
      try {
        await beginUpload(file);
      } catch (error) {
        trouble.value = capitalized(errorText(error));
      }
  };
  return (
    <div class="uploads">
      <Alert text={trouble.value} />
      <section
        class={isOver.value ? "upload-drop upload-over" : "upload-drop"}
        aria-label={words.choose}
        onDragOver={(event) => {
          event.preventDefault();
          isOver.value = true;
        }}
        onDragLeave={() => {
          isOver.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          isOver.value = false;
          void begin(event.dataTransfer?.files);
        }}
      >
        <p>{words.drop}</p>
        <FileButton word={words.chooseFile} accept={ACCEPTED} isMultiple onChosen={begin} />
      </section>
      <section class="panel" aria-label={words.list}>
        <div class="panel-body">
          {uploads.value.length === 0 ? <p class="muted">{words.none}</p> : null}
          {uploads.value.map((upload) => (
            <OneUpload key={upload.videoId} upload={upload} />
          ))}
        </div>
      </section>
    </div>
  );
}

function OneUpload({ upload }: { upload: ShownUpload }) {
  const { file, videoId } = upload;
  const state = upload.state.value;
  const share = file.sizeBytes > 0 ? upload.sentBytes.value / file.sizeBytes : 0;
  const cancel = () => cancelUpload(upload).catch(showFailure);
  const chosen = (files: FileList | null) => {
    const again = files?.[0];
    if (again && !resumeUpload(upload, again)) showTrouble(words.otherFile(file.name));
  };
  const isFileless = state.phase === "fileless" || (state.phase === "failed" && state.why === words.fileChanged);
  return (
    <div class="upload">
      <div class="upload-head">
        <strong dir="auto">{file.name}</strong>
        <span class="muted">{words.size((file.sizeBytes / 1e6).toFixed(1))}</span>
        {state.phase === "sending" ? (
          <button type="button" class="button" onClick={() => pauseUpload(upload)}>
            {words.pause}
          </button>
        ) : null}
        {state.phase === "paused" || (state.phase === "failed" && !isFileless) ? (
          <button type="button" class="button" onClick={() => void resumeUpload(upload)}>
            {words.goOn}
          </button>
        ) : null}
        {isFileless ? <FileButton word={words.chooseFile} accept={ACCEPTED} onChosen={chosen} /> : null}
        {state.phase === "done" ? (
          <a class="button" href={`/videos/${videoId}`}>
            {words.watchIt}
          </a>
        ) : (
          <button type="button" class="button danger" onClick={cancel}>
            {words.cancel}
          </button>
        )}
      </div>
      <ProgressBar label={words.progressOf(file.name)} share={share} text={textOf(upload, share)} />
    </div>
  );
}

function textOf({ file, sentBytes, state: { value: state } }: ShownUpload, share: number): string {
  const percent = Math.floor(share * 100);
  switch (state.phase) {
    case "done":
      return words.done;
    case "failed":
      return words.failed(state.why);
    case "paused":
      return words.paused(percent);
    case "fileless":
      return words.chooseAgain(file.name, percent);
    default: {
      if (state.isWaiting) return words.waiting(percent);
      if (share >= 1) return words.checking;
      const rate = state.bytesPerSecond;
      if (!rate) return words.sendingBegins(percent);
      const leftMs = ((file.sizeBytes - sentBytes.value) / rate) * 1_000;
      return words.sending(percent, words.rate((rate / 1e6).toFixed(1)), spanText(leftMs));
    }
  }
}

/** Closing the tab would interrupt them; another page of the site does not. */
function useLeaveQuestion() {
  const isSending = uploads.value.some(({ state }) => state.value.phase === "sending");
  useEffect(() => {
    if (!isSending) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isSending]);
}
