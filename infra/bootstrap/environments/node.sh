# Node.js with npm, from the distribution: Node.js 18 on Ubuntu 24.04, 22 on Ubuntu 26.04, 12 on Ubuntu 22.04, 20 on Debian 13,
# 18 on Debian 12, 22 on Amazon Linux 2023.

install "nodejs npm" "nodejs22 nodejs22-npm"
version node "$(node --print 'process.versions.node')"

check node <<'CHECK'
#!/bin/sh
node --eval 'require("https")' && exec npm --version
CHECK
