# JupyterLab, on the master of a cluster: as the login user, behind TLS and the token that its owner was sent.

jupyterlab=4.6.6
venv=/opt/infrared/spark

if [ ! -e "$venv/bin/jupyter-lab" ]; then
    install "openssl" "openssl"
    repeat "$venv/bin/pip" install --quiet --only-binary :all: jupyterlab==$jupyterlab jupyter-server-proxy==4.6.0
fi
[ "$INFRARED_ROLE" = image ] && return

user_home=$(getent passwd "$INFRARED_LOGIN_USER" | cut -d: -f6)
certificate=/etc/infrared/notebook
# Browsers are shown its fingerprint once, and so are people: it stays as long as the machine.
if [ ! -e /var/lib/infrared/certificate.sha256 ]; then
    names=$(hostname --all-ip-addresses | xargs printf 'IP:%s,')
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 398 -subj /CN=InfraRed \
        -addext "subjectAltName=${names%,}" -keyout "$certificate.key" -out "$certificate.pem")
    openssl x509 -in "$certificate.pem" -noout -fingerprint -sha256 | cut -d= -f2 | tr -d : | tr A-F a-f \
        >/var/lib/infrared/certificate.sha256
fi

mkdir -p "$venv/etc/jupyter" "$venv/share/jupyter/lab/settings"
cat >"$venv/etc/jupyter/jupyter_server_config.py" <<'END'
import json
import os
from urllib.parse import urlsplit

credentials = os.environ["CREDENTIALS_DIRECTORY"]
with open(f"{credentials}/secrets") as file:
    c.IdentityProvider.token = json.load(file)["notebook_token"]
c.ServerApp.certfile = f"{credentials}/certificate"
c.ServerApp.keyfile = f"{credentials}/key"
c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = 443
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"


def stay(response):
    """Some of Spark's redirects name host and path. Before what is a path alone the proxy puts where it is itself."""
    location = urlsplit(response.headers.get("Location", ""))
    if location.netloc:
        response.headers["Location"] = location._replace(scheme="", netloc="").geturl()


def pages(port, title):
    return {"command": [], "port": port, "launcher_entry": {"title": title}, "rewrite_response": stay}


c.ServerProxy.servers = {"spark": pages(8080, "Spark"), "spark-history": pages(18080, "Spark: history")}
END
cat >"$venv/share/jupyter/lab/settings/overrides.json" <<'END'
{ "@jupyterlab/apputils-extension:notification": { "fetchNews": "false" } }
END

cat >/etc/systemd/system/jupyter.service <<END
[Unit]
Description=JupyterLab
Requires=spark-configure.service
After=spark-configure.service
StartLimitIntervalSec=0

[Service]
User=$INFRARED_LOGIN_USER
WorkingDirectory=$user_home
EnvironmentFile=/etc/spark/env
Environment=PATH=$venv/bin:$venv/home/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Without its configuration it would listen with a token of its own, and tell the log.
Environment=TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERRORS=1
LoadCredential=secrets:/var/lib/infrared/cluster-secrets.json
LoadCredential=certificate:$certificate.pem
LoadCredential=key:$certificate.key
ExecStart=$venv/bin/jupyter lab
AmbientCapabilities=CAP_NET_BIND_SERVICE
Restart=on-failure
RestartSec=3

[Install]
WantedBy=spark.target
END

sample=$user_home/Welcome.ipynb
[ -e "$sample" ] || { cp /opt/infrared/setup/sample.ipynb "$sample" && chown "$INFRARED_LOGIN_USER:" "$sample"; }

check jupyter <<'END'
#!/usr/bin/python3
import ssl, sys, urllib.request

try:
    urllib.request.urlopen("https://127.0.0.1/api", context=ssl._create_unverified_context())
except OSError as error:
    sys.exit(f"{error}")
END
version jupyter "$jupyterlab"
systemctl daemon-reload
systemctl enable --quiet jupyter
# Where the address was there before this, the others have started without it.
[ ! -e /var/lib/infrared/cluster.json ] || systemctl start --no-block spark.target
