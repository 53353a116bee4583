// The viewer's sound and quality, kept on this device.

const KEY = "player";

interface Preferences {
  /** 0–1. */
  volume: number;
  muted: boolean;
  /** A rendition, `480p`; null: Auto. A broadcast without it plays in Auto. */
  quality: string | null;
}

export function loadPreferences(): Preferences {
  try {
    const { volume, muted, quality } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : 0.8,
      muted: muted === true,
      quality: typeof quality === "string" ? quality : null,
    };
  } catch {
    return { volume: 0.8, muted: false, quality: null }; // Storage is disabled or holds another value.
  }
}

export function savePreferences(changed: Partial<Preferences>) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...loadPreferences(), ...changed }));
  } catch {
    return; // Private windows may have no storage; the next visit starts with the default.
  }
}
