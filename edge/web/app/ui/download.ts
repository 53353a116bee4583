// Saves what the page has as a file. The file's blob address works only in this page.

import { after } from "../clock.ts";

export function saveFile(name: string, contentType: string, content: string | Blob) {
  const url = URL.createObjectURL(new Blob([content], { type: contentType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  after(10_000, () => URL.revokeObjectURL(url));
}
