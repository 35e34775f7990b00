# Docker, from the distribution: Docker 24 or newer on Ubuntu 24.04 and 22.04, 29 on Ubuntu 26.04, 26.1 on Debian 13, 20.10 on
# Debian 12, 25 or newer on Amazon Linux 2023. The login user needs no sudo for it.

install "docker.io" "docker"
# Newer releases have the command in a package of its own.
command -v docker >/dev/null || install "docker-cli" "docker"
systemctl enable --now docker
usermod --append --groups docker "$INFRARED_LOGIN_USER"
version docker "$(docker info --format '{{.ServerVersion}}' | cut -d + -f 1)"

check docker <<'CHECK'
#!/bin/sh
exec systemctl --quiet is-active docker
CHECK
