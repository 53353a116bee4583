// What distinguishes this instance from others in the eyes of people: its name and its mark.

/** A larger one would cost each visitor more than the page. */
const MARK_BYTES_MAX = 64 * 1024;

/** The logo: a sun over the horizon. */
const HORIZON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#10151b"/><path d="M7 20a9 9 0 0 1 18 0z" fill="#3ddbb4"/><path d="M5 24h22" stroke="#3ddbb4" stroke-width="2.6" stroke-linecap="round"/></svg>`;

export interface Instance {
  name: string;
  /** An SVG. */
  mark: string;
  /** Its operator gave it a mark. */
  hasOwnMark: boolean;
}

/** `markFile` null: the usual mark. Rejects when the file cannot be read, is no SVG, or has more than 64 KiB: an edge does not start then. */
export async function loadInstance(name: string, markFile: string | null): Promise<Instance> {
  if (markFile === null) return { name, mark: HORIZON, hasOwnMark: false };
  const file = Bun.file(markFile);
  if (file.size > MARK_BYTES_MAX) throw new Error(`INSTANCE_MARK has more than ${MARK_BYTES_MAX} bytes: ${markFile}`);
  const mark = await file.text();
  if (!mark.includes("<svg")) throw new Error(`INSTANCE_MARK is no SVG: ${markFile}`);
  return { name, mark, hasOwnMark: true };
}
