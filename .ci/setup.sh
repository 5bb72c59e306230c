#!/usr/bin/env bash
# Makes the virtual environment ready, then says nothing more:
#   .ci/setup.sh demo | test | lint | petastorm
# petastorm has an environment of its own beside the other one, for it holds back what it needs.
#
# Reads from the environment
#   VENV         the environment's folder, .venv unless set; petastorm's is VENV-petastorm
#   PYTHON       the Python that makes it; unless set, the first of python3, python3.13, 3.12, 3.11
#   TORCH_INDEX  one more package index, for torch's CPU build (it saves 5 GB of disk)
#   JAVA_HOME    where Java is; unless set, the java on PATH
#   PIP_*        all of pip's own settings
#
# What is installed is written to $VENV/.installed once it is whole; while it is being installed,
# $VENV/.installing holds the number of the process. Every failure is one line and a status of 1.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

VENV=${VENV:-.venv}
PINS=constraints/current.txt
BUILD_PINS=$PINS # of setuptools, which petastorm holds below what builds the package
[ "${1:-}" != petastorm ] || VENV=$VENV-petastorm PINS=constraints/petastorm.txt
STAMP=$VENV/.installed
MARK=$VENV/.installing
LOG=$VENV/install.log

fail() {
  printf 'lakesynth: %s\n' "$1" >&2
  exit 1
}

python_version() {
  "$1" -c 'import sys; print("%d.%d.%d" % tuple(sys.version_info[:3]))' 2>/dev/null </dev/null
}

is_new_enough() { # a version such as 3.11.7
  local major=${1%%.*} rest=${1#*.}
  [ "$major" -gt 3 ] || { [ "$major" -eq 3 ] && [ "${rest%%.*}" -ge 11 ]; }
}

find_python() { # sets PYTHON and PYTHON_VERSION
  local candidates=(python3 python3.13 python3.12 python3.11) candidate found seen=""
  [ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
  for candidate in "${candidates[@]}"; do
    found=$(python_version "$candidate") || continue
    if is_new_enough "$found"; then
      PYTHON=$candidate PYTHON_VERSION=$found
      return
    fi
    seen=${seen:-"$candidate is Python $found"}
  done
  seen=${seen:-"${candidates[0]} was not found or does not start"}
  fail "$seen: install Python 3.11 or newer, or name one with PYTHON=/path/to/python3"
}

check_java() {
  local java=java said number
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME=$JAVA_HOME has no bin/java: set JAVA_HOME to a Java 17 or newer, or unset it"
  elif ! command -v java >/dev/null 2>&1; then
    fail "Java was not found: install Java 17 or newer (Debian, Ubuntu: openjdk-17-jre-headless), or set JAVA_HOME"
  fi
  said=$("$java" -version 2>&1 </dev/null) ||
    fail "'$java -version' does not run: install Java 17 or newer, or set JAVA_HOME to one"
  number=$(printf '%s\n' "$said" | sed -n 's/.*version "\([0-9][0-9.]*\).*/\1/p' | head -n 1)
  number=${number#1.} # Java 8 calls itself 1.8
  number=${number%%.*}
  [ "${number:-0}" -ge 17 ] ||
    fail "$java is Java ${number:-of an unknown version}: install Java 17 or newer, or set JAVA_HOME to one"
}

environment_key() { # what an installation depends on, as a digest
  "$VENV/bin/python" -I -S -c '
import hashlib, os, sys
parts = [sys.version.encode(), os.getcwd().encode(), sys.argv[1].encode()]
parts += [open(name, "rb").read() for name in sys.argv[2:]]
print(hashlib.sha256(b"\0".join(parts)).hexdigest())' "${TORCH_INDEX:-}" setup.py pyproject.toml "$PINS" 2>/dev/null
}

is_ready() { # for the given extras
  local key installed_key installed_extras
  [ -f "$STAMP" ] && [ ! -e "$MARK" ] && key=$(environment_key) || return 1
  read -r installed_key installed_extras <"$STAMP" || return 1
  [ "$installed_key" = "$key" ] || return 1
  case $installed_extras in "$1" | "$1,"*) return 0 ;; *) return 1 ;; esac
}

refuse_second_installation() {
  local other
  [ -s "$MARK" ] || return 0
  read -r other <"$MARK"
  kill -0 "$other" 2>/dev/null || return 0
  fail "process $other is installing into $VENV: wait for it, or delete $MARK if that is not so"
}

make_environment() { # a new one, or an empty one in the place of a broken one
  local said
  if [ -e "$VENV" ] && [ ! -f "$VENV/pyvenv.cfg" ] && [ -n "$(ls -A "$VENV")" ]; then
    fail "$VENV exists and is no virtual environment: move it away, or choose another with VENV=FOLDER"
  fi
  "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$PYTHON has no venv module: install it (Debian, Ubuntu: apt install python3-venv)"
  said=$("$PYTHON" -m venv --clear "$VENV" 2>&1) ||
    fail "'$PYTHON -m venv $VENV' failed: $(printf '%s\n' "$said" | tail -n 1)"
}

keep_or_make_environment() {
  local found
  if [ ! -e "$MARK" ] && found=$(python_version "$VENV/bin/python") && is_new_enough "$found" &&
    "$VENV/bin/python" -I -c 'import pip' 2>/dev/null; then
    # Only a Python that was asked for by name replaces a sound environment of another version.
    [ -n "${PYTHON:-}" ] || return 0
    find_python
    [ "$PYTHON_VERSION" != "$found" ] || return 0
  fi
  [ ! -e "$MARK" ] || printf 'The last installation into %s was interrupted: starting afresh\n' "$VENV"
  find_python
  make_environment
}

pip_install() { # --no-compile: of some 20,000 files most are never imported, and Python compiles those that are
  # The build constraint is given as a variable because an older pip refuses it as an option.
  PIP_USER=0 PIP_BUILD_CONSTRAINT=$BUILD_PINS "$VENV/bin/python" -I -m pip --no-input --no-color --disable-pip-version-check \
    install --no-compile --progress-bar off --constraint "$PINS" "$@" >>"$LOG" 2>&1 </dev/null
}

explain_failure() { # pip's log, as one line
  local last silent='connection|timed out|name resolution|proxy|ssl|max retries|http error|(client|server) error'
  last=$(grep -i -E '^ *error:.*no matching distribution' "$LOG" || grep -i '^ *error' "$LOG")
  last=$(printf '%s\n' "$last" | tail -n 1 | sed 's/^ *//')
  if grep -q -i 'no space left' "$LOG"; then
    fail "the disk is full: about 8 GB are needed (less with TORCH_INDEX, see README); pip's words are in $LOG"
  elif grep -i -E '^ *(warning|error)' "$LOG" | grep -q -i -E "$silent"; then
    fail "the package registry did not answer: check network and proxy, or set PIP_INDEX_URL to one that does; pip's words are in $LOG"
  fi
  fail "the installation failed (${last:-pip gave no reason}); pip's words are in $LOG"
}

install() { # the given extras
  local extras=$1 index=() key started=$SECONDS
  [ -z "${TORCH_INDEX:-}" ] || index=(--extra-index-url "$TORCH_INDEX")
  local what="pinned dependencies into $VENV (first time only; about 3 minutes)"
  [ ! -f "$STAMP" ] || what="what has changed into $VENV"
  rm -f "$STAMP"
  echo $$ >"$MARK"
  : >"$LOG"
  printf 'Installing %s ' "$what"
  # sleep gets no terminal: it outlives its parent by up to 5 s, and would keep a pipe open.
  (while sleep 5 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do printf .; done) &
  DOTS=$!
  # The pinned pip first: it heeds the pins when it builds, and a registry that is not there is
  # found out with something small.
  if ! pip_install --retries 1 pip ||
    ! pip_install ${index[@]+"${index[@]}"} --editable ".[$extras]"; then
    kill "$DOTS" 2>/dev/null
    rm -f "$MARK"
    echo
    explain_failure
  fi
  kill "$DOTS" 2>/dev/null
  key=$(environment_key) || fail "$VENV/bin/python does not start: delete $VENV and try again"
  echo "$key $extras" >"$STAMP.new" && mv "$STAMP.new" "$STAMP"
  rm -f "$MARK"
  printf ' done in %d s\n' "$((SECONDS - started))"
}

interrupted() {
  [ -z "${DOTS:-}" ] || kill "$DOTS" 2>/dev/null
  printf '\nlakesynth: interrupted; the next run repairs %s\n' "$VENV" >&2
  exit 130
}

main() {
  local extras
  case ${1:-} in
    demo) extras=all ;;
    test | lint) extras=all,dev,text ;;
    petastorm) extras=all,petastorm,dev ;;
    *) fail "usage: .ci/setup.sh demo | test | lint | petastorm" ;;
  esac
  [ "$1" = lint ] || check_java
  if is_ready "$extras" && [ -z "${PYTHON:-}" ]; then return; fi
  refuse_second_installation
  keep_or_make_environment
  if is_ready "$extras"; then return; fi
  trap interrupted INT TERM HUP
  install "$extras"
}

main "$@"
