-- Addresses are compared in Unicode's composed form (NFC) since then; whoever registered with another form signed in by login alone.
UPDATE users SET email = normalize(email, NFC)
WHERE email IS NOT NFC NORMALIZED
  AND NOT EXISTS (SELECT 1 FROM users other WHERE other.email = normalize(users.email, NFC));
