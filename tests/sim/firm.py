"""A company, its machines and its books, kept by the program itself, and the audit of each month."""
import collections
import json
import os
import random
import signal
import subprocess
from fractions import Fraction

from conditions import Conditions
from curves import ONE_DAY, first_of, month_of, rounded
from deeds import Deeds
from ledger import FINANCIAL, MANAGEMENT, TAX, Book, Impossible, curve_of, is_declining
from purchases import Purchases
from readings import Readings
from reversals import Reversals
from undoing import Undoing

FIRST = 2026 * 12
MOST_HERE, MOST_BOUGHT = 6, 12  # machines at a time, and ever
ACCOUNTS = {
    'Assets:Equipment': 'equipment', 'Assets:In-Progress': 'progress', 'Assets:Accumulated-Depreciation': 'accumulated',
    'Assets:Accumulated-Impairment': 'impaired', 'Assets:Receivable': 'receivable', 'Assets:Transfers': 'transfers',
    'Liabilities:Payable': 'payable', 'Equity:Opening-Balances': 'opening', 'Equity:Revaluation-Surplus': 'surplus',
    'Equity:Retained-Earnings': 'retained', 'Expenses:Depreciation': 'depreciation', 'Expenses:Repairs': 'repairs',
    'Expenses:Impairment-Loss': 'impairment', 'Expenses:Disposal-Loss': 'loss', 'Income:Disposal-Gain': 'gain',
    'Income:Impairment-Reversal': 'reversal', 'Expenses:Revaluation-Loss': 'revaluation',
    'Income:Revaluation-Gain': 'revaluation',
    'Expenses:Depreciation:Section-179': 'section_179', 'Expenses:Depreciation:Bonus': 'bonus',
}
CALLS = [25, 25, 60]  # the most that a process makes, by which it changes something, but for the largest
YEARLY = ['half-year', 'mid-quarter', 'full-year']
MONTHLY = ['full-month', 'half-month', 'mid-month', 'following-month', 'fifteenth']


class Broken(Exception):
    pass


def expect(condition, sentence):
    if not condition:
        raise Broken(sentence)


class Firm(Deeds, Undoing, Purchases, Readings, Conditions, Reversals):
    def __init__(self, program, seed, folder, server=None):
        self.program, self.folder = program, folder
        self.seed, self.random = seed, random.Random(seed)
        self.currency, self.digits = self.random.choice([('USD', 2), ('JPY', 0), ('BHD', 3)])
        self.server = server
        self.environment = {'PATH': os.environ['PATH'], 'HOME': str(folder), 'PURSER_USER': 'ann', 'LC_ALL': 'C.UTF-8'}
        self.month, self.day = FIRST, 1
        self.closes = self.random.choice([0.7, 0.7, 0.3])  # months; what is closed later can be mended for longer
        self.closed = None
        self.settled = FIRST  # the first month whose charges may still differ from what was audited
        self.assets, self.pending, self.bought = {}, {}, 0
        self.seen, self.head = [], None
        self.diary, self.covered = [], collections.Counter()
        self.kills = 0
        self.replayed = {}
        self.rulings, self.ruled = {}, 0  # of the tax years of each fiscal year, and how often it was ruled
        self.busy = None  # to which something happened last

    # --- the program -----------------------------------------------------------------------------------------------

    def words(self, *words):
        now = self.today().isoformat() + 'T12:00:00Z'
        place = [] if words[0] == 'init' else ['-C', str(self.folder)]
        books = ['--books', self.server] if self.server else []
        return [str(self.program), *place, *books, '--now', now, *map(str, words)]

    def call(self, *words, **more):
        return subprocess.run(self.words(*words), capture_output=True, text=True, env={**self.environment, **more},
                              timeout=120)

    def note(self, words, how=''):
        self.diary.append(f'{self.today()}  {" ".join(map(str, words))}{how}'.replace(str(self.folder), '.'))

    def run(self, *words):
        self.note(words)
        done = self.call(*words)
        expect(done.returncode == 0, f'{" ".join(map(str, words))}\n  exit {done.returncode}: {done.stderr.strip()}')
        return done.stdout

    def refuse(self, why, *words):
        """What must not be done is refused, and changes nothing."""
        self.note(words, f'   (must be refused: {why})')
        before = self.entries()
        done = self.call(*words)
        expect(done.returncode in (1, 2), f'{why}: exit {done.returncode}, {done.stdout}{done.stderr}')
        expect(done.stderr.startswith('purser: '), f'{why}: said {done.stderr!r}')
        expect(self.entries() == before, f'{why}: refused, and the journal changed')
        self.covered['refused', why] += 1

    def killed(self, *words):
        """A process that dies at a drawn one of the calls by which it changes something (last_call.h); whether it had
        written what it came for."""
        at = self.random.randint(1, self.random.choice(CALLS))
        before = len(self.entries())
        done = self.call(*words, LD_PRELOAD=str(self.program.parent / 'last_call.so'), LAST_CALL=str(at))
        expect(done.returncode in (0, -signal.SIGKILL), f'exit {done.returncode}: {done.stderr}')
        written = len(self.entries()) > before
        expect(written or done.returncode != 0 or words[0] == 'books', 'it said that it was done, and wrote nothing')
        how = 'lived' if done.returncode == 0 else 'killed, written' if written else 'killed, not written'
        self.note(words, f'   (to be killed at call {at}: {how})')
        self.kills += done.returncode != 0
        self.covered['killed', words[1], how] += 1
        if done.returncode != 0:
            self.covered['point', words[1], at] += 1
        return written

    def entries(self):
        return json.loads(self.call('books', 'journal', '--json').stdout)['entries']

    def money(self, minor):
        if int(minor) != minor:
            return f'{self.currency} {Fraction(minor, 10 ** self.digits)}'
        minor = int(minor)
        text = f'{minor:0{self.digits + 1}d}'
        return f'{self.currency} {text[:len(text) - self.digits]}.{text[len(text) - self.digits:]}' if self.digits \
            else f'{self.currency} {text}'

    def minor(self, amount):
        return int(Fraction(amount['amount']) * 10 ** self.digits)

    # --- time ------------------------------------------------------------------------------------------------------

    def today(self):
        return first_of(self.month) + ONE_DAY * (self.day - 1)

    def effective(self, day):
        open_ = FIRST if self.closed is None else self.closed + 1
        return max(day, first_of(open_))

    # --- machines --------------------------------------------------------------------------------------------------

    def draw_terms(self, in_service):
        pick = self.random.choice
        method = pick(['straight-line'] * 4 + ['sum-of-years', 'table', 'declining-balance:2',
                                               'declining-balance:1.5:switch', 'per-period', 'units'])
        convention = pick(['daily'] * 3 + MONTHLY + YEARLY)
        months, days = self.random.randint(3, 96), 0
        if method == 'table':
            months = 12 * self.random.randint(2, 6)
            parts = sorted(self.random.sample(range(1, 100), months // 12 - 1))
            method = 'table:' + '/'.join(str(b - a) for a, b in zip([0] + parts, parts + [100]))
            convention = pick(['daily'] + MONTHLY)
        terms = {'in_service': in_service, 'months': months, 'days': days, 'convention': convention,
                 'fiscal_month': pick([0, 0, 3, 6])}
        if method == 'per-period':
            method = f'declining-balance:{pick(["0.75", "1.25", "1.5", "2", "3.2"])}{pick(["", ":switch"])}:per-period'
            terms['convention'] = convention = pick(['daily'] + MONTHLY)
        if method == 'units':
            terms.update(readings=[], convention='daily')
            method = f'units:{self.random.randint(500, 60_000)}'
        elif convention == 'daily' and self.random.random() < 0.3 and not method.startswith('table'):
            terms.update(months=0, days=self.random.randint(20, 2500))
        return {**terms, 'method': method}

    def options(self, terms):
        life = f"{terms['months']}mo" if terms['months'] else f"{terms['days']}d"
        return ['--life', life, '--method', terms['method'], '--convention', terms['convention'],
                '--fiscal-year-start', f"{terms['fiscal_month'] + 1:02d}-01"]

    def buy(self):
        self.bought += 1
        name = f'm{self.bought}'
        cost = self.random.randint(1, 100 if self.random.random() < 0.1 else 5_000_000)
        salvage = 0 if self.random.random() < 0.4 else self.random.randint(0, cost)
        in_service = self.effective(self.today() - ONE_DAY * self.random.randint(0, 25))
        asset = {'name': name, 'cost': cost, 'salvage': salvage, 'part': None, 'taken': None, 'events': [], 'of': None,
                 'stood': 'home'}
        terms = self.draw_terms(in_service)
        asset['terms'] = {FINANCIAL: terms}
        takeover = self.take_over(asset) if self.random.random() < 0.35 else []
        in_service = terms['in_service']
        late = not takeover and self.closed is not None and self.random.random() < 0.2
        if late:  # forgotten until now
            terms['in_service'] = in_service = max(first_of(FIRST), in_service - ONE_DAY * self.random.randint(20, 200))
        if not takeover and self.effective(in_service) != in_service:
            asset['entered'], asset['since'] = self.effective(in_service), in_service
            asset['unread'] = [(max(first_of(month), in_service), first_of(month + 1))
                               for month in range(month_of(in_service), self.month)]
        self.run('asset', 'add', name, '--cost', self.money(cost), '--salvage', self.money(salvage), '--in-service',
                 in_service, '--site', 'home', *self.options(terms), *takeover)
        how = 'taken over' if takeover else 'late' if 'entered' in asset else 'new'
        self.covered['bought', terms['method'].split(':')[0], terms['convention'], how] += 1
        self.assets[name] = asset
        if not takeover:
            self.add_books(asset)

    def take_over(self, asset):
        """From other books, in mid-life, with what they measured; the words that say so."""
        terms, cost, pick = asset['terms'][FINANCIAL], asset['cost'], self.random.choice
        on = terms['in_service']
        if 'readings' in terms:
            return []
        taken = {'on': on, 'accumulated': self.random.randint(0, cost - asset['salvage']), 'catches_up': pick([True, False, False])}
        if not taken['catches_up']:
            taken.update(self.measured_before(cost - taken['accumulated']))
        if is_declining(terms) and not taken['catches_up'] and self.random.random() < 0.5:
            taken['year_opening'] = self.random.randint(0, 2 * cost) / Fraction(pick([1, 3, 7]))
        terms['in_service'] = on - ONE_DAY * self.random.randint(30, pick([90, 900]))
        if not taken['catches_up'] and self.random.random() < 0.3:  # what its terms have charged
            left = cost - asset['salvage']
            taken = {**taken, 'accumulated': rounded(left * curve_of(terms, cost, asset['salvage']).at(on))}
            for what in ('impaired', 'unimpaired', 'surplus', 'lost', 'year_opening'):
                taken.pop(what, None)
        try:
            Book({**asset, 'taken': taken}, FINANCIAL)
        except Impossible:
            terms['in_service'] = on
            return []
        asset['taken'] = taken
        self.covered['taken over', 'as charged'] += Book(asset, FINANCIAL).layers[0].goes_on
        words = ['--taken-over', on, '--policy', 'catch-up' if taken['catches_up'] else 'prospective']
        for what in ('accumulated', 'impaired', 'unimpaired', 'surplus', 'lost', 'year_opening'):
            self.covered['taken over', what] += what in taken
            words += [f"--{what.replace('_', '-')}", self.money(taken[what])] if what in taken else []
        return words

    def measured_before(self, carried):
        """What was impaired and revalued before; it would be carried at so much without."""
        measured, drawn = {}, self.random.random
        if drawn() < 0.6 and carried > 1:
            measured['impaired'] = self.random.randint(1, carried)
            if drawn() < 0.5:
                measured['unimpaired'] = self.random.randint(carried - measured['impaired'], carried)
        if drawn() < 0.4:
            measured['surplus'] = self.random.choice([0, self.random.randint(1, 1_000_000)])
        if drawn() < 0.3:
            measured['lost'] = self.random.randint(0, carried)
        return measured

    def add_books(self, asset):
        """Some stand in the tax book besides, some in that of the management, by terms of their own."""
        financial = asset['terms'][FINANCIAL]
        if 'readings' not in financial and self.random.random() < 0.5:
            tax = {'in_service': financial['in_service'], 'months': 0, 'days': 0, 'convention': '', 'fiscal_month':
                   financial['fiscal_month'], 'rulings': self.rulings.setdefault(financial['fiscal_month'], {})}
            named = self.random.choice(['', '', '', ':half-year', ':mid-quarter'])
            tax['method'] = f'macrs:{self.random.choice([3, 5, 7, 10, 15, 20])}{named}'
            words = []
            if self.random.random() < 0.3:
                tax['section_179'] = self.random.randint(1, asset['cost'])
                words += ['--section-179', self.money(tax['section_179'])]
            if self.random.random() < 0.3:
                tax['bonus_percent'] = self.random.choice([20, 40, 60, 80, 100])
                words += ['--bonus', f"{tax['bonus_percent']}%"]
            self.run('asset', 'add', asset['name'], '--book', 'tax', '--method', tax['method'], '--fiscal-year-start',
                     f"{tax['fiscal_month'] + 1:02d}-01", *words)
            asset['terms'][TAX] = tax
            self.covered['bought', tax['method'], 'deducted at once' if words else '', 'tax'] += 1
        if 'readings' not in financial and self.random.random() < 0.25:
            terms = self.draw_terms(financial['in_service'])
            if 'readings' not in terms:
                terms['salvage'] = self.random.randint(0, asset['cost'])
                self.run('asset', 'add', asset['name'], '--book', 'management', '--salvage', self.money(terms['salvage']),
                         *self.options(terms))
                asset['terms'][MANAGEMENT] = terms
                self.covered['bought', terms['method'].split(':')[0], terms['convention'], 'management'] += 1
        self.rule()

    def rule(self):
        """The test of each tax year, after whatever moves its sums: more than 40% of what it placed in service in the last
        of its quarters, and all that names no convention is mid-quarter. A year none of whose months is closed is ruled
        as a whole; closed months stand, and what is open makes good. Where all of it is named, there is nothing to rule."""
        sums, left_to_law = {}, set()
        for asset in self.assets.values():
            terms = asset['terms'].get(TAX)
            if terms is None:
                continue
            for layer in self.book(asset, TAX).layers:
                curve = layer.curve
                if curve.disposed and month_of(curve.disposed) < curve.first_year + 12:
                    continue
                quarters = sums.setdefault((terms['fiscal_month'], curve.first_year), [0] * 4)
                quarters[curve.quarter] += layer.cost - layer.at_once
                if terms['method'].count(':') == 1 and layer.cost != layer.at_once:
                    left_to_law.add((terms['fiscal_month'], curve.first_year))
        for (fiscal_month, year), quarters in sums.items():
            rulings = self.rulings[fiscal_month].setdefault(year, [])
            law = 'mid-quarter' if 5 * quarters[3] > 2 * sum(quarters) else 'half-year'
            if (fiscal_month, year) not in left_to_law or law == (rulings[-1][1] if rulings else 'half-year'):
                continue
            is_open = self.closed is None or self.closed < year
            if is_open:
                rulings.clear()
            rulings.append((None if is_open else first_of(self.closed + 1), law))
            self.ruled += 1
            self.covered['ruled', law, 'a whole year' if is_open else 'with closed months' if self.closed < year + 11
                         else 'a closed year'] += 1

    # --- months ----------------------------------------------------------------------------------------------------

    def post(self):
        words = ('books', 'post', '--through', self.name(self.month))
        if self.random.random() < 0.1:
            self.killed(*words)
        self.run(*words)

    def close(self, through):
        words = ('books', 'close', '--through', self.name(through))
        if self.random.random() < 0.15:
            self.killed(*words)
        self.run(*words)
        self.closed = through

    def live(self, months):
        self.run('init', self.folder)
        self.run('books', 'site', 'add', 'home', '--tariff', f'{self.currency} 1/kWh')
        self.run('books', 'site', 'add', 'oslo', '--tariff', f'{self.currency} 2/kWh')
        for _ in range(months):
            here = len(self.pending) + sum(not self.gone(asset) for asset in self.assets.values())
            if here < MOST_HERE and self.bought < MOST_BOUGHT and (not here or self.random.random() < 0.2):
                self.day = self.random.randint(1, 28)
                self.buy() if self.random.random() < 0.6 else self.begin_purchase()
            elif self.pending and self.random.random() < 0.4:
                self.day = self.random.randint(1, 28)
                self.go_on_purchasing()
            days = sorted(self.random.randint(1, 28) for _ in range(self.random.randint(0, 3)))
            for day in days if self.assets else []:
                self.day = max(self.day, day)
                deed = self.random.random()
                if deed < 0.75:
                    self.happen()
                elif deed < 0.85:
                    assets = list(self.assets.values())
                    several = [asset for asset in assets if self.before_others(asset)]
                    if several and self.random.random() < 0.7:
                        self.undo_another(self.random.choice(several))
                    else:
                        self.undo(self.random.choice(assets))
                else:
                    self.try_unlawful()
            if self.assets and self.random.random() < 0.15:
                self.look_at(self.random.choice(list(self.assets.values())))
            self.read_units()
            if self.random.random() < 0.1:
                self.reverse_a_charge()
            self.post()
            self.audit()
            self.month, self.day = self.month + 1, 1
            if self.random.random() < self.closes:
                through = self.month - 1 - (self.random.randint(0, 2) if self.random.random() < 0.3 else 0)
                if through >= FIRST and (self.closed is None or through > self.closed):
                    self.close(through)
                    self.audit(self.month - 1)

    # --- the audit -------------------------------------------------------------------------------------------------

    def audit(self, through=None):
        through = self.month if through is None else through
        entries = self.entries()
        ids = [(entry['entry'], entry['hash']) for entry in entries]
        expect(sorted(number for number, _ in ids) == list(range(1, len(ids) + 1)), 'numbers have gaps')
        ids.sort()
        expect(ids[:len(self.seen)] == self.seen, 'an entry that was read before has changed or is gone')
        self.seen = ids
        verified = json.loads(self.run('books', 'verify', '--json', *(['--head', self.head] if self.head else [])))
        self.diary.pop()
        self.head = verified['head']
        charges, sums = collections.Counter(), collections.Counter()
        for entry in entries:
            total = 0
            for line in entry['lines']:
                amount = self.minor(line['amount'])
                total += amount
                account = ACCOUNTS.get(line['account'])
                key = entry['asset'], entry['book']
                expect(account, f"{line['account']} of {entry['asset']} is no account that anything was posted to")
                sums[(*key, account)] += amount
                if line['account'] == 'Expenses:Depreciation' and entry['event'] == 'depreciation':
                    charges[(*key, entry['period'])] += amount
            expect(total == 0, f"entry {entry['entry']} does not balance")
        self.compare(charges, sums, self.settled, through)
        self.settled = FIRST if self.closed is None else self.closed + 1

    def compare(self, charges, sums, since, through):
        expected = collections.Counter()
        for asset in self.assets.values():
            for name in asset['terms']:
                book = self.book(asset, name)
                # What was closed when it was audited cannot have changed: its entries are the same.
                for month in range(max(month_of(book.begins), since), through + 1):
                    wanted = book.charge(month)
                    stands = charges[asset['name'], name, self.name(month)]
                    expect(stands == wanted, f"{asset['name']} in {self.name(month)}, {name} book: "
                                             f"{stands} was charged, should be {wanted}")
                for account, amount in book.sums(through).items():
                    expected[asset['name'], name, account] += amount
        for name, steps in self.pending.items():
            expected[name, FINANCIAL, 'progress'] += sum(steps)
            expected[name, FINANCIAL, 'payable'] -= sum(steps)
        known = {(asset['name'], name) for asset in self.assets.values() for name in asset['terms']}
        stray = {key: amount for key, amount in charges.items() if amount and key[:2] not in known}
        expect(not stray, f'charges that are none: {stray}')
        for key in sorted(set(sums) | set(expected)):
            expect(sums[key] == expected[key], f'{key}: the accounts hold {sums[key]}, should hold {expected[key]}')
        self.covered['audited'] += 1

    def audit_registers(self):
        """The register and the roll-forward say what the accounts say."""
        period = self.name(self.month - 1)
        for name in (FINANCIAL, TAX, MANAGEMENT):
            words = ['books', 'register', '--json', '--book', name, '--period', period]
            register = {one['asset']: one for one in json.loads(self.run(*words))['assets']}
            carrying = sum(map(sum, self.pending.values())) if name == FINANCIAL else 0  # in progress, a class of its own
            for asset in self.assets.values():
                if name not in asset['terms']:
                    continue
                sums = self.book(asset, name).sums(self.month - 1)
                cost, accumulated = sums.get('equipment', 0), -sums.get('accumulated', 0) - sums.get('impaired', 0)
                carrying += cost - accumulated
                shown = register.get(asset['name'])
                if shown is None:
                    expect(cost == accumulated == 0, f"{asset['name']} is missing in the register")
                    continue
                expect((self.minor(shown['cost']), self.minor(shown['accumulated'])) == (cost, accumulated),
                       f"the register has {shown}, should have {cost} and {accumulated}")
            words = ['books', 'roll-forward', '--json', '--book', name, '--period', f'{self.name(FIRST)}..{period}']
            classes = json.loads(self.run(*words))['classes']
            closing = sum(self.minor(one['carrying_amount']['closing']) for one in classes)
            expect(closing == carrying, f'the roll-forward ends with {closing}, should end with {carrying}')
            for one in classes:
                for side in ('cost', 'accumulated'):
                    moved = [self.minor(amount) for word, amount in one[side].items() if word != 'closing']
                    expect(sum(moved) == self.minor(one[side]['closing']), f'the roll-forward does not add up: {one}')
