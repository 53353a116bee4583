// Ends with 0 when the address in its first argument answers 2xx within 2 s: the health check of a container.

const healthy = await fetch(process.argv[2] ?? "", { signal: AbortSignal.timeout(2_000) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(healthy ? 0 : 1);

export {};
