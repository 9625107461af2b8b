#!/usr/bin/env bash
# The main job, on this machine: types the commands of README.md's section "The main job", one after
# another, into a fresh workspace, and shows them. (The test suite runs the same block.)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
workspace=${1:-$root/build/demo}

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi

server=''
trap '[[ -z $server ]] || kill -TERM "$server" 2>/dev/null || true' EXIT

rm -rf "$workspace"
mkdir -p "$workspace"
cd "$workspace"

run() {  # COMMAND: shown, then run in this shell, so that variables and background jobs live on
  printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"
  local started=$SECONDS status=0
  eval "$1" || status=$?
  server=$(jobs -p | tail -n 1)
  (( SECONDS - started < 5 )) || printf '(%d s)\n' $((SECONDS - started))
  # 1 is a refusal that is an answer: the main job shows one.
  (( status <= 1 )) || { printf '%s\n' "demo: this failed with status $status" >&2; exit "$status"; }
}

command=''
while IFS= read -r line; do
  case $line in
    '$ '*) [[ -z $command ]] || run "$command"; command=${line#'$ '} ;;
    '> '*) command+=$'\n'${line#'> '} ;;
  esac
done < <(awk '/^## /{main = /^## The main job/} main && /^```/{on = /^```console/; next} main && on' "$root/README.md")
[[ -z $command ]] || run "$command"

printf '\nThe report is %s/report.html\n' "$workspace"
