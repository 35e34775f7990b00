#!/usr/bin/env bash
# Stores the secrets of a deployment as SSM SecureStrings. Run it before the first deployment and whenever one changes;
# it may be run any number of times, and Enter keeps what is stored.
#
#   infra/deploy/put-secrets.sh [PREFIX]     PREFIX is the template's SecretsPrefix, /infrared unless given
#
# Region and account are those of the AWS CLI (AWS_REGION, AWS_PROFILE).
set -euo pipefail

prefix=${1:-/infrared}
[[ $prefix =~ ^(/[A-Za-z0-9_.-]+)+$ ]] || { echo "not a path: $prefix" >&2; exit 2; }

# Only a clear "no" counts as one: a master that could not be read must not be replaced.
stored() {
  local answer
  answer=$(aws ssm get-parameter --name "$prefix/$1" --query Parameter.Version --output text 2>&1) && return 0
  [[ $answer == *ParameterNotFound* ]] && return 1
  echo "$answer" >&2
  exit 1
}

# The value goes through a pipe: arguments can be read by every process of this machine.
put() {
  printf '%s' "$2" |
    aws ssm put-parameter --name "$prefix/$1" --value file:///dev/stdin --type SecureString --overwrite --query Version --output text |
    sed "s|^|$prefix/$1 is now version |"
}

ask() {
  local name=$1 hint=$2 pattern=$3 value
  while true; do
    read -rs -p "$name ($hint): " value || { echo "no input" >&2; exit 1; }
    echo
    if [[ -z $value ]]; then
      stored "$name" && { echo "$prefix/$name is kept"; return; }
      echo "nothing is stored yet" >&2
    elif [[ $value =~ $pattern ]]; then
      put "$name" "$value"
      return
    else
      echo "that is not one: expected $hint" >&2
    fi
  done
}

ask slack-signing-secret "32 hexadecimal digits, from the app's Basic Information" '^[0-9a-f]{32}$'
ask slack-bot-token "xoxb-..., from the app's OAuth & Permissions" '^xoxb-[A-Za-z0-9-]+$'
ask wit-token "the wit.ai app's server token, or the word none" '^(none|[A-Z0-9]{32})$'

# Nobody needs to know the masters of the machines' keys and of the notebooks' tokens. They are made once: new ones would
# lock out running machines and those who use them.
for master in beacon-master notebook-master; do
  if stored "$master"; then
    echo "$prefix/$master is kept"
  else
    put "$master" "$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')"
  fi
done
