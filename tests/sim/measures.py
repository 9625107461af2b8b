"""What changes the amounts of a machine: improved, credited, estimated, impaired, revalued. Mixed into deeds.Deeds."""
from ledger import FINANCIAL, TAX, Book, Impossible

PLAIN = ('straight-line', 'sum-of-years', 'table')  # their curve does not ask what an asset is carried at
DIVIDED = PLAIN + ('declining-balance',)
GROWING = DIVIDED + ('units',)


class Measures:
    def trial(self, asset, *events):
        """What its books would hold, were that to happen too. Impossible: they must refuse it."""
        then = {**asset, 'events': asset['events'] + list(events)}
        return {name: Book(then, name) for name in asset['terms']}

    def may_grow(self, asset, name, day):
        """Whether an improvement is drawn of what stands in that book: it must have something left to wear off."""
        book = self.book(asset, name)
        return name == TAX or book.terms['method'].split(':')[0] in GROWING and not book.layers[0].curve.is_over(day)

    def may_be_measured(self, asset, day, name):
        book = self.book(asset, name)
        layer, method = book.layers[0], book.terms['method'].split(':')[0]
        if method not in GROWING or layer.curve.is_over(day):
            return []
        return (['impair', 'revalue'] if layer.carried_at(day) > 2 else []) + (['estimate'] if method != 'table' else [])

    def may_be_credited(self, asset, day, name):
        """What went by what it is carried at is of other machines by now."""
        book = self.book(asset, name)
        return book.terms['method'].split(':')[0] in GROWING and book.layers[0].carried_at(day) > 0

    def do_improve(self, asset, on, day):
        amount = self.random.randint(1, 1_000_000)
        return self.tell(asset, {'kind': 'improve', 'on': on, 'day': day, 'amount': amount}, 'asset', 'improve', asset['name'],
                         '--on', on, '--cost', self.money(amount))

    def do_credit(self, asset, on, day):
        """In all books, or where a table stands among them, in one."""
        names = [self.measured] if TAX in asset['terms'] or self.random.random() < 0.3 else list(asset['terms'])
        most = min(self.book(asset, name).layers[0].carried_at(day) for name in names)
        if most <= 0:
            return False
        event = {'kind': 'credit', 'day': day, 'amount': self.random.randint(1, self.random.choice([most, most // 9 + 1]))}
        words = ['asset', 'credit', asset['name'], '--on', on, '--amount', self.money(event['amount'])]
        if len(names) < len(asset['terms']):
            event['book'] = self.measured
            words += ['--book', self.measured]
        return self.tell(asset, event, *words)

    def do_estimate(self, asset, on, day):
        book = self.book(asset, self.measured)
        event = {'kind': 'estimate', 'day': day, 'book': self.measured}
        by_use, words = 'readings' in book.terms, []
        if by_use and self.random.random() < 0.5:
            event['method'] = f"units:{int(book.terms['method'][6:]) + self.random.randint(-500, 20_000)}"
        elif not by_use and self.random.random() < 0.6:
            passed = (day - book.terms['in_service']).days
            if book.terms['months']:
                event['months'], event['days'] = passed // 28 + 14 + self.random.randint(0, 60), 0
                words += ['--life', f"{event['months']}mo"]
            else:
                event['months'], event['days'] = 0, passed + 30 + self.random.randint(0, 1500)
                words += ['--life', f"{event['days']}d"]
        if self.random.random() < 0.4 or not words + ['method'] * ('method' in event):
            event['salvage'] = self.random.randint(0, book.carried(day))
            words += ['--salvage', self.money(event['salvage'])]
        if not by_use and self.random.random() < 0.2:
            event['method'] = self.random.choice(['straight-line', 'sum-of-years', 'declining-balance:1.5:switch'])
        words += ['--method', event['method']] if 'method' in event else []
        changed = {**book.terms, **{key: event[key] for key in ('months', 'days', 'method') if key in event}}
        if all(changed[key] == book.terms[key] for key in ('months', 'days', 'method')) \
                and event.get('salvage', book.layers[0].salvage) == book.layers[0].salvage:
            return False
        return self.tell(asset, event, 'asset', 'estimate', asset['name'], '--book', self.measured, '--on', on, *words)

    def do_impair(self, asset, on, day):
        book = self.book(asset, self.measured)
        carried = book.carried(day)
        takes_back = book.layers[0].impaired and self.random.random() < 0.6
        to = carried + self.random.randint(1, carried + 1) if takes_back else self.random.randint(0, carried - 1)
        return self.tell(asset, {'kind': 'impair', 'day': day, 'book': self.measured, 'to': to}, 'asset', 'impair',
                         asset['name'], '--book', self.measured, '--on', on, '--to', self.money(to))

    def do_revalue(self, asset, on, day):
        book = self.book(asset, self.measured)
        carried = book.carried(day)
        to = self.random.randint(carried + 1, 2 * carried + 2) if self.random.random() < 0.7 \
            else self.random.randint(1, carried - 1)
        if self.random.random() < 0.3 and book.layers[0].lost:  # around what makes good what was lost
            to = carried + max(book.layers[0].lost + self.random.randint(-2, 2), 0)
        self.covered['measured', 'after a loss' if book.layers[0].lost else 'without'] += 1
        return self.tell(asset, {'kind': 'revalue', 'day': day, 'to': to, 'book': self.measured}, 'asset', 'revalue',
                         asset['name'], '--book', self.measured, '--on', on, '--to', self.money(to))

    def impossible(self, asset, day):
        """An event that the books must refuse, with the words that tell it; None where this one can be."""
        name, book = asset['name'], self.book(asset)
        carried = book.layers[0].carried_at(day)
        tries = [
            ({'kind': 'credit', 'amount': carried + 1}, 'credit', '--amount', self.money(carried + 1)),
            ({'kind': 'credit', 'amount': 1}, 'credit', '--amount', self.money(1)),
            ({'kind': 'improve', 'on': day, 'amount': 5}, 'improve', '--cost', self.money(5)),
            ({'kind': 'impair', 'book': FINANCIAL, 'to': carried}, 'impair', '--to', self.money(carried)),
            ({'kind': 'impair', 'book': FINANCIAL, 'to': carried + 1}, 'impair', '--to', self.money(carried + 1)),
            ({'kind': 'revalue', 'book': FINANCIAL, 'to': carried + 1}, 'revalue', '--to', self.money(carried + 1)),
        ]
        event, verb, *words = self.random.choice(tries)
        try:
            self.trial(asset, {**event, 'day': day})
            return None
        except Impossible as why:
            return (f'{verb}: {why}', 'asset', verb, name, '--on', day, *words)
