// Reporting a channel, a line or a person to staff. The code of the dialog is loaded when it is first opened.

import { signal } from "@preact/signals";
import { navigate, signInHref } from "../router.ts";
import { session } from "../session.ts";
import { lazyPart } from "../ui/lazy.tsx";
import type { Reported } from "./reported.ts";

const reported = signal<Reported | null>(null);
const ReportForm = lazyPart(async () => (await import("./report-dialog.tsx")).ReportForm);

/** Opens the dialog, or the sign-in page for a visitor. */
export function openReport(what: Reported) {
  if (session.peek().phase === "in") reported.value = what;
  else navigate(signInHref());
}

const close = () => {
  reported.value = null;
};

export function ReportDialog() {
  const what = reported.value;
  return what ? <ReportForm key={`${what.kind} ${what.target}`} what={what} close={close} /> : null;
}
