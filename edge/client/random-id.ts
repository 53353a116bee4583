/** 128 bits as 32 hexadecimal digits. Also where a page has no TLS: `crypto.randomUUID` is missing there. */
export const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
