#!/usr/bin/env python3
"""What holds for every verb, tried in copies of the workspace in the current folder.

every_verb.py json      stdout is one JSON document (a schedule batch: one a line), also in a pipe
every_verb.py full      an answer that cannot be written down is a failure, in one sentence
every_verb.py closed    whoever stops reading is not shouted at, and nothing counts as done
every_verb.py examples  what --help shows can be typed
every_verb.py terminal  screens fit the terminal, and obey TERM, NO_COLOR and COLUMNS

A verb that is in none of the commands below fails the first: say here how it is called.
"""
import difflib
import fcntl
import json
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unicodedata

NOW = '2026-11-21T12:00:00Z'
# One call of each verb that answers something; `{url}` is a server that runs.
COMMANDS = [
    'init new', 'asset add gpu --cost "USD 500.00" --life 24mo --in-service 2026-09-01 --site home --serial SN-1',
    'asset import register.csv', 'asset import register.csv --undo', 'asset list', 'asset show server', 'asset schedule server', 'asset schedule --batch batch.csv',
    'asset order node-9 --on 2026-11-02 --cost "EUR 10,000.00" --expected 2026-12-10', 'asset acquire node-8 --on 2026-11-10 --cost "EUR 10,000.00" --rate "USD 1.0842"',
    'asset place node-7 --in-service 2026-11-15 --life 48mo', 'asset units press hours.csv -C use', 'asset improve server --on 2026-11-02 --cost "USD 800"', 'asset credit server --on 2026-11-02 --amount "USD 150"',
    'asset repair server --on 2026-11-02 --cost "USD 80" --document INV-7', 'asset estimate server --on 2026-11-02 --life 5y',
    'asset split server --share 1/8 --part part --on 2026-11-02', 'asset merge twin --into rack --on 2026-11-04 -C use',
    'asset service server --on 2026-11-02 --cost "USD 80" --next 2027-05-02', 'asset cover server --warranty-until 2029-02-14',
    'asset condition server --on 2026-11-02 --work 93.5%', 'asset due', 'asset history', 'asset export', 'asset review',
    'asset reinstate lamp --on 2026-11-02 -C gone',
    'asset dispose server --on 2026-11-20 --proceeds "USD 3,000"', 'asset undo rack -C use',
    'asset move server --on 2026-11-02 --node rack-7', 'asset measure server --on 2026-11-02 --idle-watts 60',
    'asset pause server --on 2026-11-02', 'asset resume rack --on 2026-11-20 -C use', 'asset impair server --on 2026-11-02 --to "USD 4,000"', 'asset revalue server --on 2026-11-02 --to "USD 14,000"',
    'books site add other --tariff "USD 0.10/kWh"', 'books site list', 'books site show home', 'books site change home --from 2026-11-15 --tariff "USD 0.15/kWh"', 'books post --period 2026-10',
    'books close --period 2026-03', 'books reverse 4', 'books journal',
    'books verify', 'books backup now.backup', 'books restore old.backup', 'books copy sqlite:other.db', 'books export --format csv', 'books trial-balance',
    'books register', 'books roll-forward', 'books disposals', 'books macrs', 'books account list',
    'books role list', 'books audit', 'books role grant ann close', 'books role revoke bob -C shared',
    'books account name Expenses:Energy Expenses:Power --site home',
    'model new cnn --input 1x12x12 --classes 10 -o another.onnx', 'model show cnn.onnx',
    'data show fashion-mnist:set', 'rate server', 'budget set other "USD 5.00"', 'budget list',
    'budget show fashion', 'cost', 'report', 'meter list', 'meter collect', 'meter end brave-otter',
    'train cnn.onnx --data fashion-mnist:set --epochs 1 -o t.onnx --dry-run',
    'optimize cnn.onnx --data fashion-mnist:set --dry-run', 'serve cnn.onnx --dry-run',
    'load {url} --data fashion-mnist:set --rate 50 --duration 1s',
]
# These answer with what another program reads: --json changes nothing, or there is nothing to say.
NOT_JSON = {'books export'}
LINES_OF_JSON = {'asset schedule --batch batch.csv'}
# Examples are of the real data set and of other machines; here they run on what is there.
STAND_INS = [('reverse 14', 'reverse 4'), ('merge gpu-7 --into server --on 2026-11-01', 'merge twin --into rack --on 2026-11-04 -C use'), ('revoke bob', 'revoke bob -C shared'), (r'postgresql://ann@db.example.com/books', 'sqlite:another.db'), (r'restore books-2026-11.backup', 'restore old.backup'), ('resume server', 'resume rack -C use'), ('undo server --event improvement:3', 'undo rack --event pause -C use'), ('undo server', 'undo rack -C use'), ('--site oslo', '--site home'), ('units server', 'units press -C use'), ('import fleet.csv', 'import register.csv'), ('fashion-mnist:FOLDER', 'fashion-mnist:set'),
             (r'fashion-mnist\b(?!:)', 'fashion-mnist:set'), (r'\| hledger .*', '> books.journal')]
LONG = {'train', 'optimize', 'serve', 'load'}


def all_verbs():
    pages = subprocess.run(['purser', 'help', '--markdown'], capture_output=True, text=True, check=True)
    return re.findall(r'^## purser (.*)$', pages.stdout, re.M)


def is_built(verb):
    program = {'train': 'purser-train', 'optimize': 'purser-optimize', 'serve': 'purser-serve',
               'load': 'purser-serve', 'model': 'purser-model'}.get(verb.split()[0])
    return program is None or shutil.which(program) is not None


def verb_of(command, verbs):
    return max((v for v in verbs if (command + ' ').startswith(v + ' ')), key=len, default=None)


class Copy:
    """A copy of the workspace, thrown away afterwards."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(dir='..')
        self.shop = os.path.join(self.folder, 'shop')
        shutil.copytree('.', self.shop)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def run(self, words, **how):
        how.setdefault('stdout', subprocess.PIPE)
        return subprocess.run(words, cwd=self.shop, stderr=subprocess.PIPE, text=True, timeout=120, **how)


class Server:
    """purser serve of the workspace, for the verbs that need one."""

    def __enter__(self):
        if not is_built('serve'):
            return self
        self.process = subprocess.Popen(['purser', 'serve', 'cnn.onnx', '--port', '0'],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            found = re.search(r'http://[\w.:]+', line)
            if found:
                self.url = found.group()
                return self
        sys.exit('purser serve did not start')

    def __exit__(self, *_):
        if is_built('serve'):
            self.process.terminate()
            self.process.communicate(timeout=30)


def words_of(command, server):
    return ['purser'] + shlex.split(command.replace('{url}', getattr(server, 'url', ''))) + ['--now', NOW]


def check_json(command, copy, words):
    if any(command.startswith(verb) for verb in NOT_JSON):
        return None
    if '--dry-run' in dry_or_not(command):
        wrong = check_document(command, copy.run(words + ['--dry-run', '--json']))
        if wrong:
            return f'--dry-run: {wrong}'
    return check_document(command, copy.run(words + ['--json']))


def dry_or_not(command):
    verb = verb_of(command.replace('{url}', ''), all_verbs())
    pages = subprocess.run(['purser', *verb.split(), '--help'], capture_output=True, text=True, check=True)
    return [] if '--dry-run' in command or '--dry-run' not in pages.stdout else ['--dry-run']


def check_document(command, done):
    if done.returncode not in (0, 1):
        return f'exit {done.returncode}: {done.stderr.strip()}'
    documents = done.stdout.splitlines() if command in LINES_OF_JSON else [done.stdout]
    for document in documents:
        try:
            json.loads(document, parse_constant=lambda word: sys.exit(f'{command}: {word} is no JSON'))
        except ValueError as error:
            return f'{error}: {document[:200]!r}'
    if '\x1b' in done.stdout + done.stderr:
        return 'control sequences where no terminal is'
    return None


def check_full(command, copy, words):
    with open('/dev/full', 'w', encoding='utf-8') as full:
        done = copy.run(words, stdout=full)
    if done.returncode != 3 or not re.search(r'purser: .*No space left on device', done.stderr):
        return f'exit {done.returncode}: {done.stderr.strip()!r}'
    return None


def check_closed(command, copy, words):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, 'w') as closed:
        done = copy.run(words, stdout=closed)
    if done.returncode != 3 or 'purser: ' in done.stderr:
        return f'exit {done.returncode}: {done.stderr.strip()!r}'
    return None


def walk(check):
    verbs, failures = all_verbs(), 0
    missing = set(verbs) - {verb_of(c.replace('{url}', ''), verbs) for c in COMMANDS}
    for verb in sorted(missing):
        print(f'{verb}: is not tried')
        failures += 1
    with Server() as server:
        for command in COMMANDS:
            if not is_built(command):
                continue
            with Copy() as copy:
                wrong = check(command, copy, words_of(command, server))
            if wrong:
                print(f'purser {command}: {wrong}')
                failures += 1
    print(f'{failures} of {len(COMMANDS)} commands answered otherwise than promised')
    return failures


def examples_of(verb):
    text = subprocess.run(['purser', *verb.split(), '--help'], capture_output=True, text=True, check=True).stdout
    text = re.sub(r'\\\n *', '', text)
    return re.findall(r'^ *(purser (?!.*\[options\]).*)$', text.split('\noptions:')[0], re.M)


def try_examples():
    failures = tried = 0
    with Server() as server:
        for verb in all_verbs():
            if not is_built(verb):
                continue
            for example in examples_of(verb):
                line = example
                for words, instead in STAND_INS:
                    line = re.sub(words, instead, line)
                line = re.sub(r'http://[\w.:]+(/v2/models/\w+)?', getattr(server, 'url', ''), line)
                if verb in LONG:
                    line += ' --dry-run'
                with Copy() as copy:
                    done = copy.run(['bash', '-c', f'{line} --now {NOW}' if '>' not in line else line])
                tried += 1
                # A refusal that is an answer (1) is one too, and so is that a thing is there already.
                there = done.returncode == 2 and re.search(r'already|exists', done.stderr)
                if done.returncode not in (0, 1) and not there:
                    print(f'{verb}: {example}\n    exit {done.returncode}: {done.stderr.strip()}')
                    failures += 1
    print(f'{failures} of the examples failed')
    return failures if tried > 20 else 1


END = b'\0'  # no command writes it


def screen(command, columns, **environment):
    """What the command writes to a terminal of so many columns.

    The terminal stays open until the command has ended and its last byte was read: what is still
    on its way when the last writer closes may be lost.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 40, columns, 0, 0))
    clean = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'COLUMNS', 'TERM')}
    process = subprocess.Popen(words_of(command, None), stdin=theirs, stdout=theirs, stderr=theirs,
                               env={**clean, 'TERM': 'xterm', **environment})

    def say_when_it_ended():
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
        os.write(theirs, END)

    waiter = threading.Thread(target=say_when_it_ended)
    waiter.start()
    text = b''
    while not text.endswith(END):
        text += os.read(ours, 65536)
    waiter.join()
    os.close(theirs)
    os.close(ours)
    return text.removesuffix(END).decode()


def difference(one, other):
    return '\n' + '\n'.join(difflib.unified_diff(one.split('\n'), other.split('\n'), lineterm=''))


def width(line):
    if line.startswith('  purser '):  # to be copied: it stays whole
        return 0
    plain = re.sub('\x1b\\[[0-9;]*[A-Za-z]', '', line).rstrip('\r')
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in plain
               if not unicodedata.combining(c))


def try_terminals():
    failures = 0

    def expect(truth, command, words):
        nonlocal failures
        if not truth:
            print(f'purser {command}: {words}')
            failures += 1

    screens = ['', 'asset list', 'asset show server', 'asset history server', 'rate server --explain', 'books journal',
               'cost', 'report', 'budget list', 'meter list', 'books trial-balance',
               'books register', 'books roll-forward', 'books disposals', 'books macrs', 'books audit',
               'help']
    for command in screens:
        for columns in (80, 132, 200):
            widest = max(map(width, screen(command, columns).split('\n')))
            expect(widest <= columns, command, f'{widest} columns wide in a terminal of {columns}')
        wished = screen(command, 200, COLUMNS='80')
        expect(max(map(width, wished.split('\n'))) <= 80, command, 'wider than COLUMNS asks for')
        for columns in (0, 1, 20):
            expect(screen(command, columns), command, f'nothing in a terminal of {columns} columns')
        for why in ({'TERM': 'dumb'}, {'NO_COLOR': '1'}):
            expect('\x1b' not in screen(command, 100, **why), command, f'control sequences with {why}')
        many, none = screen(command, 100, COLUMNS='many'), screen(command, 100)
        expect(many == none, command, 'COLUMNS=many counts' + difference(none, many))
    expect('\x1b[' in screen('cost', 100), 'cost', 'no colour in a terminal that has it')
    print(f'{failures} screens were otherwise than promised')
    return failures


if __name__ == '__main__':
    checks = {'json': check_json, 'full': check_full, 'closed': check_closed}
    what = sys.argv[1]
    others = {'examples': try_examples, 'terminal': try_terminals}
    sys.exit(1 if (others[what]() if what in others else walk(checks[what])) else 0)
