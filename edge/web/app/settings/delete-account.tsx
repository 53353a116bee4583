// Data export and account deletion.

import { useSignal } from "@preact/signals";
import { errorText } from "../api.ts";
import { navigate } from "../router.ts";
import { call, endSession } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { saveFile } from "../ui/download.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { words } from "../words/settings.ts";
import { reauthenticated } from "./reauthenticate.tsx";

const EXPORT_TIMEOUT_MS = 10 * 60_000;

export function ExportData({ login }: { login: string }) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const success = useSuccess();
  const take = async () => {
    busy.value = true;
    success.value = trouble.value = null;
    try {
      const text = await call<string>("/me/export", { as: "text", timeoutMs: EXPORT_TIMEOUT_MS });
      saveFile(`${login}.json`, "application/json", text);
      success.value = words.downloaded;
    } catch (error) {
      trouble.value = errorText(error);
    }
    busy.value = false;
  };
  return (
    <Panel id="export" title={words.yourData} about={words.yourDataAbout}>
      <Alert text={trouble.value} />
      <div class="panel-actions">
        <button type="button" class="button" onClick={take} disabled={busy.value}>
          {busy.value ? words.oneMoment : words.download}
        </button>
        <Success text={success} />
      </div>
    </Panel>
  );
}

export function DeleteAccount({ login }: { login: string }) {
  const asking = useSignal(false);
  return (
    <Panel id="delete" title={words.deleteAccount} about={words.deleteAbout} danger>
      <div class="panel-actions">
        <button
          type="button"
          class="button danger"
          onClick={() => {
            asking.value = true;
          }}
        >
          {words.deleteMine}
        </button>
      </div>
      {asking.value ? (
        <DeleteDialog
          login={login}
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </Panel>
  );
}

function DeleteDialog({ login, onClose }: { login: string; onClose(): void }) {
  const typed = useSignal("");
  const form = useForm({
    check: () => ({ typed: typed.value.trim().toLowerCase() === login ? null : words.typeLoginWrong(login) }),
    async send() {
      if (!(await reauthenticated((proof) => call("/me/deletion", { method: "POST", body: proof })))) return;
      navigate("/"); // Before the session ends, or this private page would lead to the sign-in page.
      endSession();
    },
  });
  return (
    <Dialog title={words.deleteAsk} onClose={onClose}>
      <ul class="dialog-list">
        {words.deleteWhat.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Field
          name="typed"
          label={words.typeLogin(login)}
          value={typed}
          error={form.errors.fields.typed}
          autocomplete="off"
          autofocus
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <Submit form={form} word={words.deleteForGood} kind="danger solid" />
        </div>
      </form>
    </Dialog>
  );
}
