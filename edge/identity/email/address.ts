// An e-mail address as it is kept and looked for: one spelling, whichever keyboard it was typed on.

/** In lower case, and composed (NFC, as RFC 6531 §7.1 has it): a Mac may send `é` as two characters, where Windows sends one. */
export const foldedAddress = (typed: string): string => typed.normalize("NFC").toLowerCase();
