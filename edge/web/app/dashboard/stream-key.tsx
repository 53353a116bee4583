// Server address and stream key. A key is shown once, when it is created.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { NewStreamKeyView, StreamKeyView } from "#schema/api/stream-keys.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { CopyButton } from "../ui/copy.tsx";

export function StreamKey({ login }: { login: string }) {
  const info = useSignal<Pick<StreamKeyView, "hint" | "rtmpUrl" | "rtmpsUrl"> | null>(null);
  /** The new key; kept in memory until the page is left. */
  const fresh = useSignal<string | null>(null);
  const shown = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const busy = useSignal(false);
  const path = `/channels/${login}/stream-key`;
  useEffect(() => {
    const ending = new AbortController();
    call<StreamKeyView>(path, { signal: ending.signal }).then(
      (found) => {
        info.value = found;
      },
      (error) => {
        if (!ending.signal.aborted) trouble.value = errorText(error);
      },
    );
    return () => ending.abort();
  }, [path, info, trouble]);

  const asking = useSignal(false);
  const make = async () => {
    const { streamKey, ...servers } = await call<NewStreamKeyView>(path, { method: "POST" });
    fresh.value = streamKey;
    shown.value = false;
    trouble.value = null;
    info.value = { ...servers, hint: streamKey.slice(-4) };
  };
  const makeFirst = async () => {
    busy.value = true;
    try {
      await make();
    } catch (error) {
      trouble.value = errorText(error);
    }
    busy.value = false;
  };

  const known = info.value;
  return (
    <section class="panel" aria-labelledby="key-head">
      <h2 id="key-head">Server and stream key</h2>
      {trouble.value ? (
        <p class="notice bad" role="alert">
          {trouble.value}
        </p>
      ) : null}
      <div class="field">
        <label for="server">Server</label>
        <div class="copyable">
          <input id="server" readOnly value={known?.rtmpUrl ?? ""} />
          {known ? <CopyButton text={known.rtmpUrl} label="Copy the server address" /> : null}
        </div>
      </div>
      {known?.rtmpsUrl ? (
        <div class="field">
          <label for="server-tls">Server with TLS</label>
          <div class="copyable">
            <input id="server-tls" readOnly value={known.rtmpsUrl} aria-describedby="server-tls-hint" />
            <CopyButton text={known.rtmpsUrl} label="Copy the server address with TLS" />
          </div>
          <p class="field-hint" id="server-tls-hint">
            Nobody on the way can read the stream key.
          </p>
        </div>
      ) : null}
      <div class="field">
        <label for="key">Stream key</label>
        {fresh.value ? (
          <>
            <div class="copyable">
              <input
                id="key"
                readOnly
                {...({ type: shown.value ? "text" : "password" } as { type: "text" })}
                value={fresh.value}
                autocomplete="off"
                aria-describedby="key-hint"
              />
              <button
                type="button"
                class="button"
                aria-pressed={shown.value}
                onClick={() => {
                  shown.value = !shown.value;
                }}
              >
                {shown.value ? "Hide" : "Show"}
              </button>
              <CopyButton text={fresh.value} label="Copy the stream key" />
            </div>
            <p class="field-hint strong" id="key-hint">
              Copy it now: it is shown only once. Anyone who has it can stream to your channel.
            </p>
          </>
        ) : (
          <>
            <div class="copyable">
              <input
                id="key"
                readOnly
                value={known === null ? "" : known.hint ? `•••••••••••• ${known.hint}` : "No key yet"}
                aria-describedby="key-hint"
              />
              <button
                type="button"
                class={known?.hint ? "button" : "button primary"}
                onClick={() => {
                  if (known?.hint) asking.value = true;
                  else void makeFirst();
                }}
                disabled={busy.value || !known}
              >
                {known?.hint ? "Create a new key" : "Create your stream key"}
              </button>
            </div>
            <p class="field-hint" id="key-hint">
              {known?.hint
                ? "We cannot show it again, because we store only a hash. Lost it? Create a new one."
                : "It proves to us that the stream is yours. Never show it on stream."}
            </p>
          </>
        )}
      </div>
      {asking.value ? (
        <Confirm
          title="Create a new stream key?"
          word="Create a new key"
          act={make}
          onClose={() => {
            asking.value = false;
          }}
        >
          Your current key stops working at once. Enter the new key in your encoder.
        </Confirm>
      ) : null}
    </section>
  );
}
