// Prints the nginx configuration of the compose file. The boot id is put in at each start of the container.

import { rtmpConf } from "#ops/nginx/rtmp.conf.ts";

process.stdout.write(
  rtmpConf(
    {
      folder: "/tmp/nginx",
      bind: "0.0.0.0",
      rtmpPort: 1935,
      httpPort: 8080,
      edges: ["172.30.99.10:3001"],
      ingest: "main",
      boot: "@BOOT@",
      modulePath: "/usr/lib/nginx/modules/ngx_rtmp_module.so",
      asRoot: false,
    },
    // The second edge is there with the profile `balanced` only. Its address is its own, so nginx starts and runs without it.
    { httpHost: "0.0.0.0", pullers: ["127.0.0.1", "172.30.99.0/24"], spareEdges: ["172.30.99.11:3001"] },
  ),
);
