// How long a password is, in characters. Shorter ones fall to guessing (NIST SP 800-63B-4 §3.1.1.2); longer ones cost the hash.

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 1_024;
