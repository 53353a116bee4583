// What this instance is called, and its mark, as the HTML says: settings of its operator.

import { useEffect } from "preact/hooks";

const said = (name: string) =>
  globalThis.document?.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? null;

export const instanceName = said("application-name") ?? "";
/** Address of the operator's own mark; null: the usual one. */
export const instanceMark = said("instance-mark");

/** The title of the window: `Settings · TwitchClone`. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · ${instanceName}`;
  }, [title]);
}
