// Prints the configuration of nginx-rtmp for containers. ops/docker/nginx-start.sh replaces what stands between @, and makes the files of RTMPS.

import { rtmpConf } from "#ops/nginx/rtmp.conf.ts";

process.stdout.write(
  rtmpConf(
    {
      folder: "/tmp/nginx",
      bind: "0.0.0.0",
      rtmpPort: 1935,
      httpPort: 8080,
      edges: ["@EDGE@"],
      ingest: "@INGEST@",
      boot: "@BOOT@",
      modulePath: "/usr/lib/nginx/modules/ngx_rtmp_module.so",
      rtmps: {
        port: 1936,
        innerPort: 1937,
        certificate: "/tmp/nginx/rtmps/certificate.pem",
        key: "/tmp/nginx/rtmps/key.pem",
        modulePath: "/usr/lib/nginx/modules/ngx_stream_module.so",
      },
      asRoot: false,
    },
    { httpHost: "0.0.0.0", pullers: ["127.0.0.1", "@PULLER@"], balancedPort: 1938 },
  ),
);
