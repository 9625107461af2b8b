"""Machines that come in steps: ordered, acquired at all that they cost, some of it abroad, and placed in service. Mixed
into firm.Firm."""
from fractions import Fraction

from curves import ONE_DAY, rounded
from ledger import FINANCIAL

ABROAD = {'EUR': 2, 'KRW': 0, 'KWD': 3}


class Purchases:
    def begin_purchase(self):
        self.bought += 1
        name = f'm{self.bought}'
        self.pending[name] = []  # what each step has cost, in the books' currency
        if self.random.random() < 0.5:
            self.run('asset', 'order', name, '--on', self.today(), '--cost', self.money(self.random.randint(1, 5_000_000)),
                     '--expected', self.today() + 20 * ONE_DAY)
        self.acquire(name)

    def acquire(self, name):
        """An invoice, or two in one currency; what was paid abroad comes in at the rate of the day, each rounded once."""
        code, digits, rate = self.currency, self.digits, Fraction(1)
        words = []
        if self.random.random() < 0.4:
            code, digits = self.random.choice(list(ABROAD.items()))
            per_mille = self.random.randint(1, 3_000_000)
            rate = Fraction(per_mille, 1000)
            words = ['--rate', f'{self.currency} {per_mille // 1000}.{per_mille % 1000:03d}']
        sum_ = 0
        for kind in self.random.choice([['cost'], ['freight'], ['installation'], ['cost', 'freight']]):
            paid = self.random.randint(1, 500_000)
            here = rounded(Fraction(paid, 10 ** digits) * rate * 10 ** self.digits)
            if here == 0:
                continue
            sum_ += here
            text = f'{paid:0{digits + 1}d}'
            words += [f'--{kind}', f'{code} {text[:len(text) - digits]}.{text[len(text) - digits:]}' if digits
                      else f'{code} {text}']
        if sum_ == 0 or sum(self.pending[name]) + sum_ > 10 ** 12:
            return
        self.run('asset', 'acquire', name, '--on', self.today(), *words)
        self.pending[name].append(sum_)
        self.covered['acquired', 'abroad' if code != self.currency else 'here'] += 1

    def go_on_purchasing(self):
        """Costs that come later, a step taken back, or the machine is placed in service."""
        name = self.random.choice(list(self.pending))
        steps = self.pending[name]
        if len(steps) < 2 or self.random.random() < 0.3:
            self.acquire(name)
            return
        if self.random.random() < 0.2:
            done = self.call('asset', 'undo', name)
            self.note(('asset', 'undo', name), f'   (exit {done.returncode})')
            if done.returncode == 0:  # its month is open
                steps.pop()
            return
        terms = self.draw_terms(self.today())
        if 'readings' in terms:
            return
        cost = sum(steps)
        salvage = 0 if self.random.random() < 0.4 else self.random.randint(0, cost)
        self.run('asset', 'place', name, '--in-service', self.today(), '--salvage', self.money(salvage), '--site', 'home',
                 *self.options(terms))
        del self.pending[name]
        self.assets[name] = {'name': name, 'cost': cost, 'salvage': salvage, 'part': None, 'taken': None, 'events': [],
                             'of': None, 'stood': 'home', 'terms': {FINANCIAL: terms}}
        self.covered['bought', terms['method'].split(':')[0], terms['convention'], 'in steps'] += 1
        self.add_books(self.assets[name])
