// Normalizes e-mail addresses, so that one address has one spelling in the database.

/** Lower case and NFC (RFC 6531 §7.1): a Mac may send `é` as two characters, Windows sends one. */
export const foldedAddress = (typed: string): string => typed.normalize("NFC").toLowerCase();
