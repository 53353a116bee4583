// Why something was reported.

import type { ReportView } from "#schema/api/reports.ts";
import { REASONS } from "../people/report-dialog.tsx";

/** Waiting in the queue may let somebody come to harm. */
const URGENT: ReadonlySet<string> = new Set(["minor_safety", "self_harm", "violence"]);

export const isUrgent = ({ reason }: ReportView) => URGENT.has(reason);

/** A reason of a newer release has its code. */
export const reasonWord = ({ reason }: ReportView): string => REASONS[reason as keyof typeof REASONS] ?? reason;
