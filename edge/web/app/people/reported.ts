// What a person tells staff about: a channel, a line of its chat, or a person.

import type { ReportKind } from "#schema/api/reports.ts";

export interface Reported {
  kind: ReportKind;
  /** Login of a channel or person, id of a line. */
  target: string;
  /** For a person: login of the channel where it happened. */
  channel?: string;
  /** Name shown in the dialog. */
  name: string;
  /** For a line: its text. */
  body?: string;
}
