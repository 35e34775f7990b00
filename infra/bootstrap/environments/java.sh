# A Java development kit, from the distribution: OpenJDK 21 on Ubuntu 24.04, 25 on Ubuntu 26.04, 11 on Ubuntu 22.04, 21 on Debian
# 13, 17 on Debian 12, Corretto 21 on Amazon Linux 2023.

install "default-jdk-headless" "java-21-amazon-corretto-devel"
version java "$(javac -version 2>&1 | cut -d ' ' -f 2)"

check java <<'CHECK'
#!/bin/sh
java -version && exec javac -version
CHECK
