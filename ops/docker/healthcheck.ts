// The health check of a container: exit code 0 when the URL in the first argument answers 2xx within 2 s.

const healthy = await fetch(process.argv[2] ?? "", { signal: AbortSignal.timeout(2_000) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(healthy ? 0 : 1);

export {};
