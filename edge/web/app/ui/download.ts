// A file made in the page, given to the browser to save. Its address is only of this page and ends with it.

import { after } from "../clock.ts";

export function saveFile(name: string, contentType: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: contentType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  after(10_000, () => URL.revokeObjectURL(url));
}
