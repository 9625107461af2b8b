#!/usr/bin/env python3
"""Every verb that writes, killed at every call by which it changes something (last_call.h).

Each command below runs in a copy of a prepared workspace and dies at its first such call, its second, … until it
lives. After each death the books must be sound, and exactly what they were before or exactly what they are after an
undisturbed run, row by row of every table; the command, given again where it was not done, must succeed, say what it
says undisturbed, and leave the same books and the same files: nothing that the killed process had begun lies around.

crash_points.py --bin BUILD/bin                  all of them
crash_points.py --bin BUILD/bin --seconds 80     as many as fit, of every verb alike, drawn by --draw (the commit's)
crash_points.py --bin BUILD/bin --only 'books backup'

A verb with --dry-run that is in none of the commands fails this: say here how it is called.
"""
import argparse
import collections
import hashlib
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from draw import first_seed

NOW = '2026-11-21T12:00:00Z'
RECORD_RUN = pathlib.Path(__file__).resolve().parent.parent / 'cases' / 'record_run.py'
# Workspaces, and what prepares them.
WORKSPACES = {
    'shop': [
        'purser init .', 'purser books site add home --tariff "USD 0.12/kWh" --pue 1.25',
        'purser books site add oslo --tariff "USD 0.08/kWh"',
        'purser asset add server --site home --cost "USD 12,000.00" --salvage "USD 1,500.00" --life 48mo --in-service '
        '2026-01-15 --idle-watts 90 --load-watts 250',
        'purser asset add server --book tax --method macrs:5 --bonus 40%',
        'purser asset add lamp --cost "USD 90" --life 3y --in-service 2026-01-01',
        'purser asset dispose lamp --on 2026-02-10 --scrap', 'purser books close --through 2026-02',
        'purser asset add press --cost "USD 36,000" --life 4y --in-service 2026-08-01 --method units:60000',
        'purser asset add rack --cost "USD 900" --life 3y --in-service 2026-11-01',
        'purser asset split rack --share 1/3 --part twin --on 2026-11-02',
        'purser asset repair rack --on 2026-11-03 --cost "USD 9"', 'purser asset pause rack --on 2026-11-10',
        'purser asset add old --cost "USD 9,000" --life 5y --in-service 2026-03-01',
        'purser asset impair old --on 2026-06-01 --to "USD 5,000"',
        'purser asset condition old --on 2026-03-01 --work 100%', 'purser asset condition old --on 2026-11-02 --work 70%',
        'purser asset order node-8 --on 2026-11-02 --cost "EUR 10,000.00" --expected 2026-12-10',
        'purser asset acquire node-7 --on 2026-11-10 --cost "USD 9,000.00"',
        'purser books post --period 2026-03', 'purser books post --period 2026-04', 'purser budget set fashion "USD 500.00"',
        'purser books backup old.backup', 'purser asset repair server --on 2026-11-05 --cost "USD 5"',
        'purser asset add press --book tax --method straight-line --life 4y',
        'purser asset import --template > register.csv', "sed -i 's/^server,/gpu7,/; s/2026-02-15/2026-09-15/' register.csv",
        "printf 'start,end,units\\n2026-08-01,2026-09-01,1234.5\\n' > hours.csv"],
    'shared': ['purser init .', "purser books role grant '*' close", 'purser books role grant bob operate'],
    'metered': [
        'purser init .', 'purser asset add server --cost "USD 12,000.00" --life 48mo --in-service 2026-02-15',
        f'{RECORD_RUN} brave-otter train server 2026-11-20T10:00:00Z 60:60,60:30'],
    'lost': [
        'purser init .', 'purser asset add server --cost "USD 12,000.00" --life 48mo --in-service 2026-02-15',
        f'{RECORD_RUN} brave-otter train server 2026-11-20T10:00:00Z 60:60 outcome=running', 'purser meter list'],
    'empty': [],
}
# (workspace, command, how it is given again where it was done)
COMMANDS = [('shop', command, None) for command in [
    'asset add gpu --cost "USD 500.00" --life 24mo --in-service 2026-09-01 --site home',
    'asset add node-6 --cost "EUR 10,000.00" --rate "USD 1.0842" --life 48mo --in-service 2026-11-10',
    'asset add press --book management --method straight-line --life 4y',
    'asset add old --book tax --method macrs:5',
    'asset add used --cost "USD 500.00" --life 24mo --in-service 2025-09-01 --taken-over 2026-11-01 --accumulated "USD 90"',
    'asset import register.csv', 'asset order node-9 --on 2026-11-02 --cost "EUR 10,000.00" --expected 2026-12-10',
    'asset acquire node-8 --on 2026-11-10 --cost "EUR 10,000.00" --rate "USD 1.0842"',
    'asset place node-7 --in-service 2026-11-15 --life 48mo', 'asset units press hours.csv',
    'asset improve server --on 2026-03-02 --cost "USD 800"', 'asset credit old --on 2026-11-02 --amount "USD 80"', 'asset repair server --on 2026-11-02 --cost "USD 80"',
    'asset estimate server --on 2026-03-02 --life 5y', 'asset split server --share 1/8 --part part --on 2026-11-06',
    'asset merge twin --into rack --on 2026-11-12',
    'asset service server --on 2026-11-02 --cost "USD 80" --next 2027-05-02',
    'asset cover server --warranty-until 2029-02-14', 'asset condition server --on 2026-11-02 --work 93.5%',
    'asset review old --accept life', 'asset review old --accept impairment', 'asset reinstate lamp --on 2026-11-02',
    'asset dispose server --on 2026-11-20 --proceeds "USD 3,000"', 'asset dispose server --on 2026-11-20 --scrap',
    'asset dispose server --on 2026-11-20 --trade-in "USD 3,000"', 'asset undo rack', 'asset undo node-7',
    'asset undo press', 'asset undo rack --event repair',
    'asset dispose server --share 1/8 --part part --on 2026-11-06 --scrap',
    'asset move server --on 2026-03-02 --site oslo', 'asset measure server --on 2026-11-06 --idle-watts 60',
    'asset pause server --on 2026-11-06', 'asset resume rack --on 2026-11-20',
    'asset impair server --on 2026-11-06 --to "USD 4,000"', 'asset impair old --on 2026-10-06 --to "USD 6,000"',
    'asset revalue server --on 2026-11-06 --to "USD 14,000"', 'books site add other --tariff "USD 0.10/kWh"',
    'books site change home --from 2026-11-15 --tariff "USD 0.15/kWh"', 'books post --period 2026-10',
    'books close --period 2026-03', 'books reverse 22', 'books account name Expenses:Energy Expenses:Power --site home',
    'books role grant ann close', 'budget set other "USD 5.00"',
]] + [
    ('shop', 'books backup now.backup', 'books backup now.backup --force'),
    ('shop', 'books backup old.backup --force', 'books backup old.backup --force'),
    ('shop', 'books copy sqlite:other.db', None), ('shop', 'books restore old.backup', 'books restore old.backup --force'),
    ('shop', 'report -o page.html', 'report -o page.html'),
    ('shared', 'books role revoke bob', None), ('metered', 'meter collect', 'meter collect'),
    ('lost', 'meter end brave-otter', 'meter collect'), ('empty', 'init .', 'books verify'),
]
# What runs for long and writes through the verbs above is killed by its own stories.
LEFT_OUT = {'train', 'optimize', 'serve', 'load', 'model new'}
# What a run used is brought in first, then its end, then what it had reserved: each is done or not.
IN_STEPS = 'meter end'


class Wrong(Exception):
    pass


def expect(condition, sentence):
    if not condition:
        raise Wrong(sentence)


def is_database(path):
    with open(path, 'rb') as file:
        return file.read(15) == b'SQLite format 3'


def rows_of(path):
    """What the tables of a database hold, as a digest; nothing that only says how it is kept. One that was being
    written is no database."""
    digest = hashlib.sha256()
    connection = sqlite3.connect(f'file:{path}?immutable=1', uri=True)
    try:
        tables = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2")
        for name, sql in tables.fetchall():
            digest.update(repr((name, sql)).encode())
            if sql and sql.startswith('CREATE TABLE'):
                rows = '\n'.join(sorted(map(repr, connection.execute(f'SELECT * FROM {name}'))))
                digest.update(re.sub('/spool#[0-9]+', '/spool', rows).encode())  # the folder's number on this disk
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()
    return digest.hexdigest()


def state_of(folder):
    """Each file below, and a digest of what it holds."""
    state = {}
    for path in sorted(folder.rglob('*')):
        if path.is_file():
            name = str(path.relative_to(folder))
            state[name] = rows_of(path) if is_database(path) else hashlib.sha256(path.read_bytes()).hexdigest()
    return state


class Shop:
    """Copies of prepared workspaces in a folder of their own."""

    def __init__(self, program_folder, folder):
        self.folder = folder
        self.bin = program_folder
        self.environment = {'PATH': f'{program_folder}:{os.environ["PATH"]}', 'HOME': str(folder), 'PURSER_USER': 'ann',
                            'LC_ALL': 'C.UTF-8'}
        for name, commands in WORKSPACES.items():
            at = folder / name
            at.mkdir()
            for command in commands:
                words = command.replace('purser ', f'purser --now {NOW} ', 1)
                done = subprocess.run(['bash', '-c', words], cwd=at, env=self.environment, capture_output=True, text=True)
                expect(done.returncode == 0, f'{name}: {command}\n{done.stderr}')

    def copy(self, name):
        at = self.folder / 'copy'
        shutil.rmtree(at, ignore_errors=True)
        shutil.copytree(self.folder / name, at)
        return at

    def run(self, command, at, **more):
        return subprocess.run([self.bin / 'purser', '--now', NOW, *shlex.split(command)], cwd=at, capture_output=True,
                              text=True, env={**self.environment, **more}, timeout=120)

    def killed(self, command, at, call):
        return self.run(command, at, LD_PRELOAD=str(self.bin / 'last_call.so'), LAST_CALL=str(call))

    def calls(self, command, at):
        count = self.folder / 'count'
        done = self.run(command, at, LD_PRELOAD=str(self.bin / 'last_call.so'), LAST_CALL_COUNT=str(count))
        return done, int(count.read_text())


class Trial:
    """A command, what it does undisturbed, and how often it changes something."""

    def __init__(self, shop, workspace, command, again):
        self.shop, self.workspace, self.command, self.again = shop, workspace, command, again
        at = shop.copy(workspace)
        self.before = state_of(at)
        self.done, self.calls = shop.calls(command, at)
        expect(self.done.returncode == 0, f'{command}: exit {self.done.returncode}: {self.done.stderr}')
        self.after = state_of(at)
        expect(self.after != self.before, f'{command}: changed nothing')
        self.in_the_end = self.after
        if again:
            done = shop.run(again, at)
            expect(done.returncode == 0, f'{again}: exit {done.returncode}: {done.stderr}')
            self.in_the_end = state_of(at)

    def forget_second_backup(self, at):
        """What stands is kept before it is replaced, so one that is killed between the two has made a backup of it."""
        for kept in at.glob('.purser/books.db.before-*'):
            expect(rows_of(kept) == self.before['.purser/books.db'], f'{kept.name} is no backup of what stood')
            kept.unlink()

    def kill(self, call):
        at = self.shop.copy(self.workspace)
        died = self.shop.killed(self.command, at, call)
        expect(died.returncode == -signal.SIGKILL, f'exit {died.returncode}, was to be killed: {died.stderr}')
        if (at / 'purser.toml').exists():  # else it is no workspace yet
            verified = self.shop.run('books verify', at)
            expect(verified.returncode == 0, f'the books are not sound: {verified.stdout}{verified.stderr}')
        state = state_of(at)
        books = state.get('.purser/books.db')
        known = {self.before.get('.purser/books.db'): 'before', self.after.get('.purser/books.db'): 'after'}
        expect(books in known or self.command.startswith(IN_STEPS), 'the books are neither what they were nor what they should be')
        written = all(state.get(name) == digest for name, digest in self.after.items())
        should = self.after
        if not written:
            self.forget_second_backup(at)
            given = self.shop.run(self.command, at)
            expect(given.returncode == 0, f'given again: exit {given.returncode}: {given.stderr}')
            expect(given.stdout == self.done.stdout, f'given again, it says:\n{given.stdout}instead of\n{self.done.stdout}')
        elif self.again:
            should = self.in_the_end
            given = self.shop.run(self.again, at)
            expect(given.returncode == 0, f'{self.again}: exit {given.returncode}: {given.stderr}')
        found = state_of(at)
        for name in sorted(set(found) | set(should)):
            expect(found.get(name) == should.get(name),
                   f'{name}: {"is missing" if name not in found else "was left" if name not in should else "differs"}')
        return 'after' if written else 'before'


def writers(shop):
    pages = shop.run('help --markdown', shop.folder).stdout
    parts = re.split(r'^## purser (.*)$', pages, flags=re.M)[1:]
    return {verb for verb, text in zip(parts[::2], parts[1::2]) if '--dry-run' in text}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--bin', type=pathlib.Path, required=True)
    arguments.add_argument('--seconds', type=float)
    arguments.add_argument('--draw', type=int, default=first_seed())
    arguments.add_argument('--only', default='')
    options = arguments.parse_args()
    end = time.monotonic() + options.seconds if options.seconds else None
    memory = '/dev/shm' if os.path.isdir('/dev/shm') else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix='purser-crashes-', dir=memory))
    try:
        shop = Shop(options.bin.resolve(), folder)
        named = {verb for verb in writers(shop) if any((c + ' ').startswith(verb + ' ') for _, c, _ in COMMANDS)}
        missing = sorted(writers(shop) - named - LEFT_OUT)
        for verb in missing:
            print(f'{verb}: is not tried')
        trials = [Trial(shop, *given) for given in COMMANDS if options.only in given[1]]
        drawn = random.Random(options.draw)
        points = [drawn.sample(range(1, trial.calls + 1), trial.calls) for trial in trials]
        tried, wrong = collections.Counter(), 0
        # Turn by turn one of each, so that no verb goes without.
        for turn in range(max(map(len, points))):
            for number, trial in enumerate(trials):
                if turn >= len(points[number]) or (end and turn > 0 and time.monotonic() > end):
                    continue
                call = points[number][turn]
                try:
                    tried[number, trial.kill(call)] += 1
                except Wrong as what:
                    print(f'purser {trial.command}, killed at call {call} of {trial.calls}: {what}')
                    wrong += 1
        for number, trial in enumerate(trials):
            before, after = tried[number, 'before'], tried[number, 'after']
            print(f'{before + after:4} of {trial.calls:3} crash points ({before} before it was written, {after} after): '
                  f'{trial.command}')
        print(f'{sum(tried.values())} of {sum(trial.calls for trial in trials)} crash points of {len(trials)} commands '
              f'(draw {options.draw}), {wrong} wrong')
        sys.exit(1 if wrong or missing else 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
