// Server address and stream key. A key is shown once, when it is created.

import { useSignal } from "@preact/signals";
import { errorText } from "../api.ts";
import { Confirm } from "../ui/confirm.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { words } from "../words/studio.ts";
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
        <label for="server">{words.server}</label>
        <div class="copyable">
          <input id="server" readOnly value={known?.rtmpUrl ?? ""} />
          {known ? <CopyButton text={known.rtmpUrl} label={words.copyServer} /> : null}
        </div>
      </div>
      {known?.rtmpsUrl ? (
        <div class="field">
          <label for="server-tls">{words.serverTls}</label>
          <div class="copyable">
            <input id="server-tls" readOnly value={known.rtmpsUrl} aria-describedby="server-tls-hint" />
            <CopyButton text={known.rtmpsUrl} label={words.copyServerTls} />
          </div>
          <p class="field-hint" id="server-tls-hint">
            {words.serverTlsHint}
          </p>
        </div>
      ) : null}
      {known?.whipUrl ? (
        <div class="field">
          <label for="server-whip">{words.serverWhip}</label>
          <div class="copyable">
            <input id="server-whip" readOnly value={known.whipUrl} aria-describedby="server-whip-hint" />
            <CopyButton text={known.whipUrl} label={words.copyServerWhip} />
          </div>
          <p class="field-hint" id="server-whip-hint">
            {words.serverWhipHint}
          </p>
        </div>
      ) : null}
      <Key state={state} />
    </>
  );
}

const Key = ({ state }: { state: KeyState }) => (
  <div class="field">
    <label for="key">{words.streamKey}</label>
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
          {shown.value ? words.hide : words.show}
        </button>
        <CopyButton text={streamKey} label={words.copyKey} />
      </div>
      <p class="field-hint strong" id="key-hint">
        {words.copyNow}
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
          value={known.value === null ? "" : hint ? words.hiddenKey(hint) : words.noKeyYet}
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
          {hint ? words.newKey : words.makeKey}
        </button>
      </div>
      <p class="field-hint" id="key-hint">
        {hint ? words.keyLost : words.keyIsSecret}
      </p>
      {asking.value ? (
        <Confirm
          title={words.newKeyAsk}
          word={words.makeNewKey}
          act={renew}
          onClose={() => {
            asking.value = false;
          }}
        >
          {words.newKeyWhat}
        </Confirm>
      ) : null}
    </>
  );
}
