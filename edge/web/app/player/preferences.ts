// The viewer's volume and mute, kept in local storage.

const KEY = "player";

interface Preferences {
  /** 0–1. */
  volume: number;
  muted: boolean;
}

export function loadPreferences(): Preferences {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    const volume = typeof saved.volume === "number" && saved.volume >= 0 && saved.volume <= 1 ? saved.volume : 0.8;
    return { volume, muted: saved.muted === true };
  } catch {
    return { volume: 0.8, muted: false }; // Storage is disabled or holds another value.
  }
}

export function savePreferences(preferences: Preferences) {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    return; // Private windows may have no storage; the next visit starts with the default.
  }
}
