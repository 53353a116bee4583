// Restreaming: the services that broadcasts are sent on to, and how that goes.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TargetView } from "#schema/api/targets.ts";
import { TARGETS_MAX } from "#schema/wire/targets.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { type List, useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { poll } from "../ui/poll.ts";
import { Switch } from "../ui/switch.tsx";
import { showFailure, showToast } from "../ui/toast.ts";
import { words } from "../words/restream.ts";
import type { DeskProps } from "./desk-props.ts";
import { TargetForm, type TypedTarget } from "./target-form.tsx";
import { TargetState } from "./target-state.tsx";

const LOOK_MS = 5_000;

export function RestreamTab({ login }: Pick<DeskProps, "login">) {
  const path = `/channels/${login}/targets`;
  const list = useList<TargetView>(path);
  useEffect(() => poll(LOOK_MS, () => list.reload()), [path]);
  const items = list.items.value ?? [];
  return (
    <div class="desk-columns">
      <Panel id="services" title={words.services} about={words.about}>
        <ListState list={list}>{words.none}</ListState>
        {items.length > 0 ? (
          <ul class="targets">
            {items.map((target) => (
              <Target key={target.id} target={target} path={`${path}/${target.id}`} list={list} />
            ))}
          </ul>
        ) : null}
      </Panel>
      <Panel id="add-service" title={words.add}>
        {items.length >= TARGETS_MAX ? (
          <p class="muted">{words.full(TARGETS_MAX)}</p>
        ) : (
          <NewTarget key={items.length} path={path} list={list} />
        )}
      </Panel>
    </div>
  );
}

function NewTarget({ path, list }: { path: string; list: List<TargetView> }) {
  const add = async (body: TypedTarget) => {
    const added = await call<TargetView>(path, { method: "POST", body });
    list.items.value = [...(list.items.peek() ?? []), added];
    showToast(words.added(added.name));
  };
  return <TargetForm word={words.addDo} save={add} />;
}

interface TargetProps {
  target: TargetView;
  path: string;
  list: List<TargetView>;
}

function Target({ target, path, list }: TargetProps) {
  const { id, name, serverUrl, keyHint, enabled } = target;
  const busy = useSignal(false);
  const asked = useSignal<"edit" | "remove" | null>(null);
  const close = () => {
    asked.value = null;
  };
  const put = (change: (before: TargetView[]) => TargetView[]) => {
    list.items.value = change(list.items.peek() ?? []);
  };
  const change = async (body: Partial<TypedTarget> & { enabled?: boolean }) => {
    const changed = await call<TargetView>(path, { method: "PUT", body: { name, serverUrl, enabled, ...body } });
    put((before) => before.map((one) => (one.id === id ? changed : one)));
  };
  const turn = async (on: boolean) => {
    busy.value = true;
    await change({ enabled: on }).catch(showFailure);
    busy.value = false;
  };
  const remove = async () => {
    await call(path, { method: "DELETE", body: {} });
    put((before) => before.filter((one) => one.id !== id));
    showToast(words.removed(name));
  };
  return (
    <li class="target">
      <Switch
        name={`target-${id}`}
        label={name}
        hint={keyHint ? `${serverUrl} · ${words.keyEnds(keyHint)}` : serverUrl}
        on={enabled}
        disabled={busy.value}
        onChange={turn}
      />
      <TargetState state={target.state} />
      <div class="target-acts">
        <button
          type="button"
          class="button"
          aria-label={words.editOf(name)}
          onClick={() => {
            asked.value = "edit";
          }}
        >
          {words.edit}
        </button>
        <button
          type="button"
          class="button danger"
          aria-label={words.removeOf(name)}
          onClick={() => {
            asked.value = "remove";
          }}
        >
          {words.remove}
        </button>
      </div>
      {asked.value === "edit" ? (
        <Dialog title={words.editOf(name)} onClose={close}>
          <TargetForm target={target} word={words.save} save={(body) => change(body).then(close)} onCancel={close} />
        </Dialog>
      ) : null}
      {asked.value === "remove" ? (
        <Confirm title={words.removeAsk(name)} word={words.removeDo} act={remove} onClose={close}>
          {words.removeWhat}
        </Confirm>
      ) : null}
    </li>
  );
}
