#!/usr/bin/env bash
# Makes each service's database and roles, with the passwords of the environment
# (deploy/env/postgresql.env.example). PostgreSQL's image runs it at its first start;
# run it by hand against a server of your own (PGHOST, PGUSER, PGPASSWORD), and again
# to change a password: what is there already stays.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for service in registration campaign voting tally; do
    service_password=PRIMARIES_${service^^}_PASSWORD
    owner_password=PRIMARIES_${service^^}_OWNER_PASSWORD
    # in the environment: a command line is for everybody on the machine to read
    SERVICE_PASSWORD=${!service_password:?} OWNER_PASSWORD=${!owner_password:?} \
        psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=service="$service" \
        --username="${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname=postgres \
        --file="$here/service.psql"
done
