// The addresses of a picture's other widths. Apart from pictures.ts, because each page needs it and nothing else of them.

/** The address of the same picture in another of its widths. */
export const pictureOfWidth = (url: string, width: number) => url.replace(/\d+\.webp$/, `${width}.webp`);

/** `srcset` of an `<img>`. */
export const pictureSet = (url: string, widths: readonly number[]) =>
  widths.map((width) => `${pictureOfWidth(url, width)} ${width}w`).join();
