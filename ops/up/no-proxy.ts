// Adds loopback to NO_PROXY, so that our processes reach each other without a proxy. Imported for this effect before the first fetch.

const DIRECT = "127.0.0.1,localhost";

for (const name of ["NO_PROXY", "no_proxy"]) {
  const before = process.env[name];
  process.env[name] = before ? `${before},${DIRECT}` : DIRECT;
}
