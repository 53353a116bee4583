# PostgreSQL's image with pgBackRest, which makes and restores backups of the service postgres (ops/docker/backup-start.sh). The image brings
# PostgreSQL's own packages (apt.postgresql.org), of which this is one.
FROM postgres:18
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends pgbackrest ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /var/lib/pgbackrest /scratch \
 && chown postgres:postgres /var/lib/pgbackrest /scratch
COPY ops/docker/pgbackrest.conf /etc/pgbackrest/pgbackrest.conf
COPY ops/docker/backup-start.sh /usr/local/bin/backup-start.sh
USER postgres
ENTRYPOINT ["sh", "/usr/local/bin/backup-start.sh"]
CMD ["run"]
