// New recovery codes, shown once: copy, download, print, and confirm that they are saved.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { CopyButton } from "../ui/copy.tsx";
import { saveFile } from "../ui/download.ts";
import { WarningIcon } from "../ui/icons.tsx";

interface RecoveryCodesProps {
  codes: string[];
  login: string;
  onDone(): void;
}

export function RecoveryCodes({ codes, login, onDone }: RecoveryCodesProps) {
  const saved = useSignal(false);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const text = codes.join("\n");
  const file = `Recovery codes of ${login} at ${window.location.host}. Each works once.\n\n${text}\n`;
  return (
    <div class="stack inset recovery">
      <h3 ref={head} tabIndex={-1}>
        Save these recovery codes
      </h3>
      <p class="notice warn">
        <WarningIcon />
        They are shown only once. If you lose your phone, you can sign in only with one of them. Each works once.
      </p>
      <p class="print-only">{`Recovery codes of ${login} at ${window.location.host}. Each works once.`}</p>
      <ul class="codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="panel-actions">
        <CopyButton text={text} label="Copy all recovery codes" />
        <button
          type="button"
          class="button"
          onClick={() => saveFile(`recovery-codes-${login}.txt`, "text/plain", file)}
        >
          Download
        </button>
        <button type="button" class="button" onClick={() => window.print()}>
          Print
        </button>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={saved}
          onChange={(event) => {
            saved.value = event.currentTarget.checked;
          }}
        />
        I have saved them in a safe place
      </label>
      <div class="panel-actions">
        <button type="button" class="button primary" disabled={!saved.value} onClick={onDone}>
          Done
        </button>
      </div>
    </div>
  );
}
