#!/usr/bin/env python3
"""Runs a command beside a PostgreSQL server of its own, which ends with it.

usage: with_postgres.py COMMAND...

PURSER_TEST_POSTGRES is the server's address for the command. The server listens on a socket in a
temporary folder and nowhere else, syncs what it commits, and sorts as people do (ICU, en-US), so that
what should be sorted by bytes shows if it is not. It refuses to run as root: then it runs as the
user postgres, or nobody. Without PostgreSQL 15 the exit status is 77, and 1 if CI is set.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BIN = "/usr/lib/postgresql/15/bin"


def programs():
    folder = BIN if os.path.exists(f"{BIN}/initdb") else os.path.dirname(shutil.which("initdb") or "")
    if folder and os.path.exists(f"{folder}/postgres"):
        return folder
    print("skipped: PostgreSQL 15 is not on this machine; install the package postgresql-15")
    sys.exit(1 if os.environ.get("CI") else 77)


def unprivileged(folder):
    """Words before a command that make it run as somebody who is not root, and end with this program."""
    words = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() != 0:
        return words
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return [*words, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    sys.exit("no user to run PostgreSQL as")


def start(bin_folder, folder):
    as_user = unprivileged(folder)
    data = f"{folder}/data"
    subprocess.run([*as_user, f"{bin_folder}/initdb", "-D", data, "-U", "purser", "--auth=trust",
                    "-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"],
                   check=True, stdout=subprocess.DEVNULL, cwd=folder)
    log = open(f"{folder}/log", "w", encoding="utf-8")
    server = subprocess.Popen([*as_user, f"{bin_folder}/postgres", "-D", data, "-k", folder,
                               "-c", "listen_addresses=", "-c", "fsync=on"],
                              stdout=log, stderr=log, cwd=folder)
    for _ in range(600):
        if subprocess.run([f"{bin_folder}/pg_isready", "-q", "-h", folder]).returncode == 0:
            return server
        if server.poll() is not None:
            break
        time.sleep(0.1)
    server.kill()
    sys.exit("PostgreSQL did not start:\n" + open(f"{folder}/log", encoding="utf-8").read())


def main():
    bin_folder = programs()
    folder = tempfile.mkdtemp(prefix="purser-pg-")
    os.chmod(folder, 0o755)
    server = start(bin_folder, folder)
    try:
        address = f"postgresql://purser@/postgres?host={folder}"
        return subprocess.run(sys.argv[1:], env={**os.environ, "PURSER_TEST_POSTGRES": address}).returncode
    finally:
        server.send_signal(signal.SIGINT)  # end at once, as one should
        server.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
