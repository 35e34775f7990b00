# Rust with cargo and a linker, from the distribution: Rust 1.75 on Ubuntu 24.04 and 22.04, 1.93 or newer on Ubuntu 26.04, 1.85 on
# Debian 13, 1.63 on Debian 12, the release of the quarter on Amazon Linux 2023.

install "rustc cargo gcc libc6-dev" "rust cargo gcc"
version rust "$(rustc --version | cut -d ' ' -f 2)"

check rust <<'CHECK'
#!/bin/sh
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
echo 'fn main() {}' | rustc -o "$folder/check" - && "$folder/check" && cargo --version
CHECK
