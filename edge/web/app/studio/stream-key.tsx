// Server address and stream key. A key is shown once, when it is created.

import { useSignal } from "@preact/signals";
import { errorText } from "../api.ts";
import { Confirm } from "../ui/confirm.tsx";
import { CopyButton } from "../ui/copy.tsx";
import type { KeyState } from "./key-state.ts";

export function StreamKey({ state }: { state: KeyState }) {
  const known = state.known.value;
  return (
    <>
      {state.trouble.value ? (
        <p class="notice bad" role="alert">
          {state.trouble.value}
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
      <Key state={state} />
    </>
  );
}

const Key = ({ state }: { state: KeyState }) => (
  <div class="field">
    <label for="key">Stream key</label>
    {state.fresh.value ? <FreshKey streamKey={state.fresh.value} /> : <KnownKey state={state} />}
  </div>
);

function FreshKey({ streamKey }: { streamKey: string }) {
  const shown = useSignal(false);
  return (
    <>
      <div class="copyable">
        <input
          id="key"
          readOnly
          {...({ type: shown.value ? "text" : "password" } as { type: "text" })}
          value={streamKey}
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
        <CopyButton text={streamKey} label="Copy the stream key" />
      </div>
      <p class="field-hint strong" id="key-hint">
        Copy it now: it is shown only once. Anyone who has it can stream to your channel.
      </p>
    </>
  );
}

function KnownKey({ state: { known, trouble, renew } }: { state: KeyState }) {
  const busy = useSignal(false);
  const asking = useSignal(false);
  const makeFirst = async () => {
    busy.value = true;
    try {
      await renew();
    } catch (error) {
      trouble.value = errorText(error);
    }
    busy.value = false;
  };
  const hint = known.value?.hint ?? null;
  return (
    <>
      <div class="copyable">
        <input
          id="key"
          readOnly
          value={known.value === null ? "" : hint ? `•••••••••••• ${hint}` : "No key yet"}
          aria-describedby="key-hint"
        />
        <button
          type="button"
          class={hint ? "button" : "button primary"}
          onClick={() => {
            if (hint) asking.value = true;
            else void makeFirst();
          }}
          disabled={busy.value || !known.value}
        >
          {hint ? "Create a new key…" : "Create your stream key"}
        </button>
      </div>
      <p class="field-hint" id="key-hint">
        {hint
          ? "We cannot show it again, because we store only a hash. Lost it? Create a new one."
          : "It proves to us that the stream is yours. Never show it on stream."}
      </p>
      {asking.value ? (
        <Confirm
          title="Create a new stream key?"
          word="Create a new key"
          act={renew}
          onClose={() => {
            asking.value = false;
          }}
        >
          Your current key stops working at once: OBS stops until you paste the new one.
        </Confirm>
      ) : null}
    </>
  );
}
