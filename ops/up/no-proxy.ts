// Behind a company's proxy our own processes still meet on loopback directly. Imported for its effect, before the first fetch.

const DIRECT = "127.0.0.1,localhost";

for (const name of ["NO_PROXY", "no_proxy"]) {
  const before = process.env[name];
  process.env[name] = before ? `${before},${DIRECT}` : DIRECT;
}
