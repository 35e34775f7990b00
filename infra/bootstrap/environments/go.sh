# Go with a C compiler for cgo, from the distribution: Go 1.22 on Ubuntu 24.04, 1.25 or newer on Ubuntu 26.04, 1.18 on Ubuntu
# 22.04, 1.24 on Debian 13, 1.19 on Debian 12, the release of the quarter on Amazon Linux 2023.

install "golang-go gcc libc6-dev" "golang gcc"
version go "$(go version | cut -d ' ' -f 3 | cut -c 3-)"

check go <<'CHECK'
#!/bin/sh
go tool compile -V && exec go version
CHECK
