# Python with venv and pip, from the distribution: Python 3.12 on Ubuntu 24.04, 3.14 on Ubuntu 26.04, 3.10 on Ubuntu 22.04, 3.13
# on Debian 13, 3.11 on Debian 12, 3.9 on Amazon Linux 2023.

install "python3 python3-venv python3-pip" "python3 python3-pip"
version python "$(python3 -c 'import platform; print(platform.python_version())')"

check python <<'CHECK'
#!/bin/sh
exec python3 -c 'import ensurepip, pip, ssl, venv'
CHECK
