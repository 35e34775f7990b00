# Apache, MariaDB and PHP, from the distribution: MariaDB 10.11 and PHP 8.3 on Ubuntu 24.04, 11.8 and 8.5 on Ubuntu 26.04, 10.6
# and 8.1 on Ubuntu 22.04, 11.8 and 8.4 on Debian 13, 10.11 and 8.2 on Debian 12, 10.5 and the newest PHP on Amazon Linux 2023.
#
# Pages are the login user's, in /var/www/html. MariaDB lets the login user and the pages in by who they are, without passwords.

install "apache2 libapache2-mod-php php-mysql mariadb-server curl" "httpd php php-fpm php-mysqlnd mariadb105-server"
if [ -d /etc/apache2 ]; then
    ports=/etc/apache2/ports.conf pages=www-data services="apache2 mariadb"
else
    ports=/etc/httpd/conf/httpd.conf pages=apache services="httpd php-fpm mariadb"
    printf '[mysqld]\nbind-address=127.0.0.1\n' >/etc/my.cnf.d/infrared.cnf
fi
# Whoever wants to see a page comes by ssh.
sed -i 's/^Listen 80$/Listen 127.0.0.1:80/' "$ports"
# shellcheck disable=SC2086
systemctl --quiet enable $services
# shellcheck disable=SC2086
systemctl restart $services

mariadb <<SQL
CREATE DATABASE IF NOT EXISTS \`$INFRARED_LOGIN_USER\`;
CREATE USER IF NOT EXISTS '$INFRARED_LOGIN_USER'@'localhost' IDENTIFIED VIA unix_socket;
GRANT ALL ON *.* TO '$INFRARED_LOGIN_USER'@'localhost' WITH GRANT OPTION;
CREATE USER IF NOT EXISTS '$pages'@'localhost' IDENTIFIED VIA unix_socket;
GRANT ALL ON \`$INFRARED_LOGIN_USER\`.* TO '$pages'@'localhost';
SQL
rm -f /var/www/html/index.html
cat >/var/www/html/index.php <<PHP
<?php
\$database = new mysqli('localhost', '$pages', '', '$INFRARED_LOGIN_USER');
echo 'PHP ', PHP_VERSION, ' reads from MariaDB ', \$database->query('SELECT version()')->fetch_row()[0], "\n";
PHP
chown -R "$INFRARED_LOGIN_USER" /var/www/html
shown=$(curl --silent --show-error --fail --retry 5 --retry-connrefused http://127.0.0.1/)
echo "$shown"

version apache "$(curl --silent --head http://127.0.0.1/ | sed -n 's|^Server: Apache/\([0-9.]*\).*|\1|p')"
version mariadb "$(mariadb --skip-column-names --execute 'SELECT version()' | cut -d - -f 1)"
version php "$(echo "$shown" | cut -d ' ' -f 2)"

check lamp <<'CHECK'
#!/bin/sh
curl --silent --output /dev/null http://127.0.0.1/ && exec mariadb-admin --silent ping
CHECK
