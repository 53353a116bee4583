// Where one is signed in, and signing out from afar.

import { useSignal } from "@preact/signals";
import { sentence } from "../api.ts";
import { navigate } from "../router.ts";
import { call, signOut, signOutEverywhere } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { capital } from "../ui/form-errors.ts";
import { DeviceIcon, PhoneIcon } from "../ui/icons.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { dateText, whenText } from "../ui/when.ts";
import { Panel, Said, useSaid } from "./panel.tsx";

interface Device {
  id: string;
  device: string;
  userAgent: string;
  address: string;
  method: string;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
}

export function Devices() {
  const list = useList<Device>("/me/sessions");
  const asking = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const said = useSaid();
  const end = async ({ id, device, current }: Device) => {
    said.value = trouble.value = null;
    try {
      if (current) {
        await signOut(() => navigate("/"));
        return;
      }
      await call(`/me/sessions/${id}`, { method: "DELETE" });
      list.items.value = (list.items.value ?? []).filter((one) => one.id !== id);
      said.value = `${device} is signed out.`;
    } catch (error) {
      trouble.value = capital(sentence(error));
    }
  };
  const endAll = () => signOutEverywhere(() => navigate("/"));
  // This one first, then those used last.
  const devices = list.items.value?.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <Panel
      id="devices"
      title="Devices"
      about="Everywhere you are signed in. Sign out what you do not know, then change your password."
    >
      <div role="alert">{trouble.value ? <p class="notice bad">{trouble.value}</p> : null}</div>
      <ListState list={list} />
      <ul class="rows">
        {devices?.map((one) => (
          <li key={one.id}>
            {/Android|iPhone|iPad|iOS/.test(one.device) ? <PhoneIcon /> : <DeviceIcon />}
            <div class="row-text">
              <strong title={one.userAgent}>
                {one.device === "unknown" ? "A device that does not say what it is" : one.device}
              </strong>
              {one.current ? <span class="state-mark on">This device</span> : null}
              <span class="muted">
                {one.address} · {one.current ? "in use now" : `last used ${whenText(one.lastUsedAt)}`} · signed in{" "}
                {dateText(one.createdAt)}
                {one.method.startsWith("oauth:") ? ` through ${one.method.slice(6)}` : ""}
              </span>
            </div>
            <button type="button" class="button row-end" aria-label={`Sign out ${one.device}`} onClick={() => end(one)}>
              Sign out
            </button>
          </li>
        ))}
      </ul>
      {(devices?.length ?? 0) > 1 ? (
        <div class="panel-actions">
          <button
            type="button"
            class="button danger"
            onClick={() => {
              asking.value = true;
            }}
          >
            Sign out everywhere…
          </button>
        </div>
      ) : null}
      <Said said={said} />
      {asking.value ? (
        <Confirm
          title="Sign out everywhere?"
          word="Sign out everywhere"
          act={endAll}
          onClose={() => {
            asking.value = false;
          }}
        >
          All {devices?.length} devices are signed out, this one too. Access tokens of bots stay.
        </Confirm>
      ) : null}
    </Panel>
  );
}
