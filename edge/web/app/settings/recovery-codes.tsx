// New recovery codes, shown once: copy, download, print, and confirm that they are saved.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { CopyButton } from "../ui/copy.tsx";
import { saveFile } from "../ui/download.ts";
import { WarningIcon } from "../ui/icons.tsx";
import { words } from "../words/settings.ts";

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
  const whose = words.codesOf(login, window.location.host);
  return (
    <div class="stack inset recovery">
      <h3 ref={head} tabIndex={-1}>
        {words.saveCodes}
      </h3>
      <p class="notice warn">
        <WarningIcon />
        {words.saveCodesWhat}
      </p>
      <p class="print-only">{whose}</p>
      <ul class="codes" aria-label={words.recoveryCodes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="panel-actions">
        <CopyButton text={text} label={words.copyCodes} />
        <button
          type="button"
          class="button"
          onClick={() => saveFile(`recovery-codes-${login}.txt`, "text/plain", `${whose}\n\n${text}\n`)}
        >
          {words.downloadCodes}
        </button>
        <button type="button" class="button" onClick={() => window.print()}>
          {words.print}
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
        {words.codesSaved}
      </label>
      <div class="panel-actions">
        <button type="button" class="button primary" disabled={!saved.value} onClick={onDone}>
          {words.done}
        </button>
      </div>
    </div>
  );
}
