# PostgreSQL, from the distribution: PostgreSQL 16 on Ubuntu 24.04, 18 on Ubuntu 26.04, 14 on Ubuntu 22.04, 17 on Debian 13, 15 on
# Debian 12, 16 on Amazon Linux 2023.
#
# The login user has a role and a database of the same name, which it gets into by who it is, without a password.

# Of what the databases are made from here on: text is UTF-8.
export LANG=C.UTF-8
install "postgresql" "postgresql16 postgresql16-server"
if command -v postgresql-setup >/dev/null && [ ! -e /var/lib/pgsql/data/PG_VERSION ]; then
    postgresql-setup --initdb
fi
systemctl --quiet enable --now postgresql
cd /
runuser -u postgres -- psql --quiet --set ON_ERROR_STOP=1 --set "login=$INFRARED_LOGIN_USER" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN CREATEDB CREATEROLE', :'login')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'login', :'login')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'login') \gexec
SQL
version postgres "$(runuser -u postgres -- psql --tuples-only --no-align --command 'SHOW server_version' | cut -d ' ' -f 1)"

check postgres <<'CHECK'
#!/bin/sh
exec pg_isready --quiet
CHECK
