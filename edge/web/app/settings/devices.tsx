// Where one is signed in, and signing out from afar.

import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { DeviceView } from "#schema/api/devices.ts";
import { ApiError, errorText } from "../api.ts";
import { navigate } from "../router.ts";
import { call, signOut, signOutEverywhere } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { dateText, whenText } from "../ui/dates.ts";
import { capitalized } from "../ui/form-errors.ts";
import { DeviceIcon, PhoneIcon } from "../ui/icons.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel, Said, useSaid } from "./panel.tsx";

/** Counts what others on the page did that signs devices out. */
const changes = signal(0);
export const devicesChanged = () => {
  changes.value++;
};

export function Devices() {
  const list = useList<DeviceView>("/me/sessions");
  const known = useRef(changes.peek());
  useSignalEffect(() => {
    if (changes.value === known.current) return;
    known.current = changes.value;
    void list.reload();
  });
  const asking = useSignal<"others" | "all" | null>(null);
  const trouble = useSignal<string | null>(null);
  const said = useSaid();
  const end = async ({ id, device, current }: DeviceView) => {
    said.value = trouble.value = null;
    try {
      if (current) {
        await signOut(() => navigate("/"));
        return;
      }
      await call(`/me/sessions/${id}`, { method: "DELETE" });
      gone(id);
      said.value = `${device} is signed out.`;
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  const gone = (id: string) => {
    list.items.value = (list.items.value ?? []).filter((one) => one.id !== id);
  };
  const endOthers = async () => {
    said.value = trouble.value = null;
    // One after another: what is signed out when one fails stays so, and the list says it.
    for (const { id, current } of list.items.value ?? []) {
      if (current) continue;
      await call(`/me/sessions/${id}`, { method: "DELETE" }).catch((error) => {
        if (!(error instanceof ApiError && error.code === "not_found")) throw error; // It was signed out there already.
      });
      gone(id);
    }
    said.value = "All other devices are signed out.";
  };
  const endAll = () => signOutEverywhere(() => navigate("/"));
  const ask = (whom: "others" | "all" | null) => () => {
    asking.value = whom;
  };
  // This one first, then those used last.
  const devices = list.items.value?.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <Panel
      id="devices"
      title="Devices"
      about="Everywhere you are signed in. Sign out what you do not know, then change your password."
    >
      <Alert text={trouble.value} />
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
          <button type="button" class="button danger" onClick={ask("others")}>
            Sign out all others…
          </button>
          <button type="button" class="button danger" onClick={ask("all")}>
            Sign out everywhere…
          </button>
        </div>
      ) : null}
      <Said said={said} />
      {asking.value === "others" ? (
        <Confirm title="Sign out all other devices?" word="Sign out the others" act={endOthers} onClose={ask(null)}>
          This one stays signed in. Access tokens of bots stay, too.
        </Confirm>
      ) : asking.value === "all" ? (
        <Confirm title="Sign out everywhere?" word="Sign out everywhere" act={endAll} onClose={ask(null)}>
          All {devices?.length} devices are signed out, this one too. Access tokens of bots stay.
        </Confirm>
      ) : null}
    </Panel>
  );
}
