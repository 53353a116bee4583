#!/bin/sh
exec /usr/sbin/nginx -g 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;' "$@"
