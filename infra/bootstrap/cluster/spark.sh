# Spark, standalone: a master, and workers that find it by its address in the cluster's network.
#
# Ubuntu 24.04, 26.04, 22.04 and Debian 13: Java 21. Debian 12: Java 17. Amazon Linux 2023: Corretto 21.
# Spark is pyspark's archive in the package index, which is the release with its jars. It is unpacked and not built, which
# would take a minute and 2 GB of temporary space.

spark=4.3.0
spark_sha256=e8c517948eff7088a7aa07449aa8eafa4a15a8d50319de2525a6fd26622476c6
venv=/opt/infrared/spark
home=$venv/home

java=openjdk-21-jre-headless
python=python3
case "$(. /etc/os-release && echo "$ID $VERSION_ID")" in
"debian 12") java=openjdk-17-jre-headless ;;
# Spark needs Python 3.11.
"ubuntu 22.04" | amzn*) python=python3.11 ;;
esac

if [ ! -e "$home" ]; then
    install "curl $java $python-venv" "java-21-amazon-corretto-headless $python"
    spark_url=$(address_of pyspark "pyspark-$spark.tar.gz")
    "$python" -m venv "$venv"
    repeat "$venv/bin/pip" install --quiet --only-binary :all: py4j==0.10.9.9 pandas==2.3.3 pyarrow==26.0.1
    archive=$(mktemp --directory --tmpdir=/var/tmp)
    repeat curl --silent --show-error --fail --location --output "$archive/spark" "$spark_url"
    echo "$spark_sha256  $archive/spark" | sha256sum --check --quiet
    tar --extract --gzip --file "$archive/spark" --directory "$archive" --strip-components=1 --no-same-owner \
        "pyspark-$spark"/{pyspark,lib,deps/bin,deps/jars}
    mkdir "$archive/deps/python"
    mv "$archive/pyspark" "$archive/lib" "$archive/deps/python"
    echo "$home/python" >"$(echo "$venv"/lib/python3*/site-packages)/spark.pth"
    mv "$archive/deps" "$home"
    rm -r "$archive"
fi
# An image has what is the same on every machine.
[ "$INFRARED_ROLE" = image ] && return

id spark >/dev/null 2>&1 || useradd --system --home-dir /var/lib/spark --shell /usr/sbin/nologin spark
# Who starts applications reads the cluster's secret and writes their history.
usermod --append --groups spark "$INFRARED_LOGIN_USER"
mkdir -p /etc/spark /var/lib/spark/work /var/lib/spark/events
chown -R spark:spark /var/lib/spark
chmod 2770 /var/lib/spark/events

cat >/etc/profile.d/spark.sh <<END
[ -e /etc/spark/env ] && set -a && . /etc/spark/env && set +a && PATH=\$PATH:$home/bin:$venv/bin
END

# What depends on the cluster's addresses and secret, and on the size of the machine. Of its memory a half is Spark's, a
# quarter Python's, and a quarter the system's; the master has another quarter for programs of people.
cat >"$venv/configure" <<'END'
#!/usr/bin/python3
import json, os, subprocess

def read(name):
    with open("/var/lib/infrared/" + name) as file:
        return json.load(file)

def write(path, lines, mode):
    with open(path, "w", opener=lambda p, flags: os.open(p, flags, mode)) as file:
        file.writelines(line + "\n" for line in lines)

master = read("cluster.json")["master_address"]
route = subprocess.check_output(["ip", "-json", "route", "get", master])
own = json.loads(route)[0]["prefsrc"]
memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
write("/etc/spark/spark-defaults.conf", [
    f"spark.master spark://{master}:7077",
    f"spark.driver.host {own}",
    f"spark.driver.bindAddress {own}",
    f"spark.driver.memory {memory_mib // 4}m",
    f"spark.executor.memory {memory_mib // 2}m",
    "spark.authenticate true",
    "spark.authenticate.secret " + read("cluster-secrets.json")["secret"],
    "spark.network.crypto.enabled true",
    "spark.network.crypto.cipher AES/GCM/NoPadding",
    "spark.io.encryption.enabled true",
    "spark.eventLog.enabled true",
    "spark.eventLog.dir file:///var/lib/spark/events",
    "spark.history.fs.logDirectory file:///var/lib/spark/events",
    "spark.master.rest.enabled false",
    "spark.worker.cleanup.enabled true",
    "spark.ui.showConsoleProgress false",
    "spark.ui.reverseProxy true",
    "spark.ui.reverseProxyUrl /spark",
], 0o640)
os.chown("/etc/spark/spark-defaults.conf", 0, os.stat("/var/lib/spark").st_gid)
write("/etc/spark/env", [
    "SPARK_HOME=/opt/infrared/spark/home",
    "SPARK_CONF_DIR=/etc/spark",
    "SPARK_LOCAL_IP=" + own,
    "SPARK_LOCAL_DIRS=/var/tmp",
    "SPARK_WORKER_DIR=/var/lib/spark/work",
    f"SPARK_WORKER_MEMORY={memory_mib * 3 // 4}m",
    "SPARK_DAEMON_MEMORY=512m",
    # They do little, and are to be up soon.
    'SPARK_DAEMON_JAVA_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"',
    "SPARK_HISTORY_OPTS=-Dspark.ui.proxyBase=/spark-history",
    "PYSPARK_PYTHON=/opt/infrared/spark/bin/python",
    "SPARK_MASTER=" + master,
], 0o644)
END
chmod 755 "$venv/configure"

# The agent writes the address when it hears it, after which all starts; after a restart it is there at once.
cat >/etc/systemd/system/spark.path <<'END'
[Unit]
Description=Spark, once the address of its master is known

[Path]
PathExists=/var/lib/infrared/cluster.json
Unit=spark.target

[Install]
WantedBy=multi-user.target
END
cat >/etc/systemd/system/spark.target <<'END'
[Unit]
Description=Spark
END
cat >/etc/systemd/system/spark-configure.service <<END
[Unit]
Description=Spark's configuration for this cluster
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$venv/configure
END

# unit NAME "CLASS AND ARGUMENTS" [LINE OF ITS SERVICE]
unit() {
    cat >"/etc/systemd/system/spark-$1.service" <<END
[Unit]
Description=Spark's $1
Requires=spark-configure.service
After=spark-configure.service
StartLimitIntervalSec=0

[Service]
User=spark
EnvironmentFile=/etc/spark/env
${3-}
ExecStart=$home/bin/spark-class org.apache.spark.deploy.$2
Restart=on-failure
RestartSec=3
# How Java ends when it is asked to.
SuccessExitStatus=143
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/spark

[Install]
WantedBy=spark.target
END
    systemctl enable --quiet "spark-$1"
}

if [ "$INFRARED_ROLE" = master ]; then
    # Their pages are for the notebook's proxy only.
    local_pages="EnvironmentFile=/etc/spark/env-local"
    echo SPARK_LOCAL_IP=127.0.0.1 >/etc/spark/env-local
    unit master 'master.Master --host ${SPARK_MASTER} --port 7077 --webui-port 8080' "$local_pages"
    unit history history.HistoryServer "$local_pages"
    check spark <<'END'
#!/usr/bin/python3
# All workers that are awaited have come.
import json, sys, urllib.request

with open("/var/lib/infrared/cluster.json") as file:
    awaited = json.load(file)["workers"]
try:
    with urllib.request.urlopen("http://127.0.0.1:8080/json/") as answer:
        sys.exit(json.load(answer)["aliveworkers"] < awaited)
except OSError as error:
    sys.exit(f"{error}")
END
else
    # A worker that comes before its master would look for it again a quarter of a minute later.
    unit worker 'worker.Worker --host ${SPARK_LOCAL_IP} --webui-port 8081 spark://${SPARK_MASTER}:7077' \
        "ExecStartPre=/bin/bash -c 'until : </dev/tcp/\${SPARK_MASTER}/7077; do sleep 1; done'"
    check spark <<'END'
#!/bin/sh
# The master has taken this worker in.
. /etc/spark/env
curl --silent --fail --noproxy "*" "http://$SPARK_LOCAL_IP:8081/json/" | grep -q '"masterurl" : "spark://'
END
fi

version spark "$spark"
version java "$(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')"
systemctl daemon-reload
systemctl enable --quiet spark.path
systemctl restart --no-block spark.path
