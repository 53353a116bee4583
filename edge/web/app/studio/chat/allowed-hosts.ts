// Hosts that are no links in a room, as people type them: one a line, or with blanks or commas between them.

import { ApiError } from "../../api.ts";
import { words } from "../../words/auto-mod.ts";

export const hostsOf = (typed: string): string[] => typed.split(/[\s,]+/u).filter((host) => host !== "");

const PLACE = /^[/.]*allowedHosts[/.](\d+)$/;

/** The server tells by their places which hosts are none: the error names them. Throws ApiError. */
export async function namingHosts<Answer>(hosts: readonly string[], send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const wrong = error.errors.flatMap(({ path }) => hosts[Number(PLACE.exec(path)?.[1] ?? -1)] ?? []);
    if (wrong.length === 0) throw error;
    const { status, code, message } = error;
    throw new ApiError(status, code, message, [{ path: "allowedHosts", message: words.noHosts(wrong) }]);
  }
}
