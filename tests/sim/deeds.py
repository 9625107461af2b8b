"""What happens to the machines of a company, and what of it is taken back or refused. Mixed into firm.Firm, which
knows the program, the day and the machines."""
import copy

from curves import ONE_DAY, month_of
from ledger import FINANCIAL, TAX, Book, Impossible
from measures import DIVIDED, GROWING, PLAIN, Measures
from portions import split_off


KINDS = ['repair', 'service', 'improve', 'credit', 'estimate', 'impair', 'revalue', 'dispose', 'reinstate', 'split', 'merge',
         'move', 'pause', 'resume', 'undo']


def is_possible(before, kind):
    """Whether `kind` can be what follows `before` on one asset."""
    if before == 'purchase':
        return kind not in ('reinstate', 'resume', 'undo')
    if before == 'dispose':  # gone: back, or never gone
        return kind in ('reinstate', 'undo')
    if kind == 'reinstate' or before == 'undo':  # an undone event is none; what stood before it counts
        return False
    if kind == 'merge':  # of a part that wears off as its whole does: estimated anew, it does not
        return before not in ('estimate', 'merge')
    return (before, kind) not in {('pause', 'pause'), ('resume', 'resume')}


# What can happen after what on one asset. Each life goes after some of them, so that lives of following seeds do all.
PAIRS = [(before, kind) for kind in KINDS for before in ['purchase'] + KINDS if is_possible(before, kind)]
TURNS = 8


def last_of(asset):
    """What happened to it last."""
    return next((event['kind'] for event in reversed(asset['events'])), 'purchase')


def leads_to(pair, asset, kind):
    """Whether that, happening to that asset, is a step on the way to the pair."""
    before, after = pair
    if after == 'merge':  # only a part is merged again
        return kind == (before if asset['part'] else 'split')
    return kind == before or before == 'merge' and kind == 'split'


class Deeds(Measures):
    def book(self, asset, name=FINANCIAL):
        """What ledger.py says of it now; replayed when something happened since."""
        read = tuple(asset['terms'][name].get('readings', []))
        state = (name, [id(event) for event in asset['events']], read, self.ruled)
        kept = self.replayed.get((asset['name'], name))
        if kept is None or kept[0] != state or kept[1].asset is not asset:
            kept = self.replayed[asset['name'], name] = (state, Book(asset, name))
        return kept[1]

    def gone(self, asset):
        return self.book(asset).gone is not None

    def last_day(self, asset):
        begins = self.book(asset).begins
        return max([begins] + [event['day'] for event in asset['events']])

    def lawful(self, asset, day, name):
        """What can happen to it on that day, and is drawn here; `name`: in which book it would be measured."""
        book = self.book(asset)
        terms, method = book.terms, book.terms['method'].split(':')[0]
        kinds = [event['kind'] for event in asset['events']]
        if book.gone:
            sold = next((e for e in reversed(asset['events']) if e['kind'] == 'dispose'), None)
            may = sold and kinds[-1] == 'dispose' and self.closed is not None \
                and month_of(sold['day']) <= self.closed and all(self.may_come_back(asset, one, day) for one in
                                                                 asset['terms'])
            return ['reinstate'] if may else []
        lawful = ['repair', 'service', 'move', 'dispose', 'dispose']
        paused = [kind for kind in kinds if kind in ('pause', 'resume')]
        lawful.append('resume' if paused and paused[-1] == 'pause' else 'pause')
        if self.may_be_credited(asset, day, name):
            lawful.append('credit')
        if len(book.layers) > 1 or book.layers[0].curve.is_over(day):
            return lawful
        if method in GROWING:
            if all(self.may_grow(asset, one, day) for one in asset['terms']):
                lawful.append('improve')
            lawful += self.may_be_measured(asset, day, name)
        if method in DIVIDED:
            if all(self.may_divide(asset, one, day) for one in asset['terms']):
                lawful.append('split')
        if asset['part'] and method in PLAIN and self.may_merge(asset, day):
            lawful += ['merge', 'merge']
        return lawful

    def may_divide(self, asset, name, day):
        book = self.book(asset, name)
        layer = book.layers[0]
        if len(book.layers) > 1:
            return False
        return name == TAX or book.terms['method'].split(':')[0] in DIVIDED and not layer.curve.is_over(day) \
            and layer.carried_at(day) > layer.salvage

    def may_come_back(self, asset, name, day):
        book = self.book(asset, name)
        return name == TAX or book.terms['method'] in ('straight-line', 'sum-of-years') and \
            not book.layers[0].curve.is_over(day)

    def may_merge(self, asset, day):
        whole = self.assets.get(asset['of'])
        if whole is None or self.gone(whole) or self.last_day(whole) > day:
            return False
        if set(asset['terms']) != set(whole['terms']):
            return False
        for name in asset['terms']:
            part, its = self.book(asset, name), self.book(whole, name)
            alike = all(part.terms[key] == its.terms[key] for key in ('months', 'days', 'method'))
            if name != TAX and (len(part.layers) > 1 or len(its.layers) > 1 or not alike):
                return False
            by_plain = part.terms['method'].split(':')[0] in PLAIN
            if name != TAX and not by_plain and (part.layers[0].impaired or its.layers[0].impaired):
                return False  # not here: as it would be, never impaired, it goes by another rate's base
        return True

    def day_of(self, asset, on):
        """The day from which something told of `on` counts for it; None where nothing can happen to it then."""
        day = self.effective(on)
        if on < self.book(asset).begins or day < self.last_day(asset) or day > self.today():
            return None
        if any(event['kind'] == 'reinstate' and on < event['day'] for event in asset['events']):
            return None  # it was gone
        return day

    def chances(self, on):
        """What can happen on that day, of all machines: (asset, day, in which book it would be measured, kind)."""
        found = []
        for asset in self.assets.values():
            day = self.day_of(asset, on)
            if day is not None:
                measured = self.random.choice([name for name in asset['terms'] if name != TAX])
                found += [(asset, day, measured, kind) for kind in self.lawful(asset, day, measured)]
        return found

    def hunted(self, on):
        """One of the chances by which this life comes to a pair that it is after, or to the first half of one."""
        left = [pair for number, pair in enumerate(PAIRS)
                if number % TURNS == self.seed % TURNS and not self.covered[('pair', *pair)]]
        chances = self.chances(on)
        ends = [chance for chance in chances if (last_of(chance[0]), chance[3]) in left]
        return ends or [chance for chance in chances if any(leads_to(pair, chance[0], chance[3]) for pair in left)]

    def drawn(self, on):
        """The chances of a machine drawn by lot."""
        asset = self.random.choice(list(self.assets.values()))
        if self.busy in self.assets and self.random.random() < 0.4:  # much happens to one within a month
            asset = self.assets[self.busy]
        return [chance for chance in self.chances(on) if chance[0] is asset]

    def happen(self):
        on = self.today() - ONE_DAY * self.random.choice([0, 0, self.random.randint(0, 40)])
        chances = (self.hunted(on) if self.random.random() < 0.7 else []) or self.drawn(on)
        if not chances:
            return
        asset, day, self.measured, kind = self.random.choice(chances)
        self.busy, before = asset['name'], last_of(asset)
        done = getattr(self, 'do_' + kind)(asset, on, day)
        self.rule()
        if done:
            self.covered['pair', before, kind] += 1
            if not self.covered['pair', kind, 'undo'] and self.random.random() < 0.3:
                self.undo(asset)
            elif self.random.random() < 0.3 and self.before_others(asset):
                self.undo_another(asset)

    def tell(self, asset, event, *words):
        """Does it, now and then by a process that is killed; an event that has no entry of its own is not."""
        try:
            self.trial(asset, event)
        except Impossible as why:
            self.refuse(f"{event['kind']}: {why}", *words)
            return False
        has_entry = event['kind'] in ('repair', 'improve', 'credit', 'impair', 'revalue', 'split', 'reinstate', 'dispose')
        if has_entry and self.random.random() < 0.12:
            if not self.killed(*words):
                return False
        else:
            self.run(*words)
        asset['events'].append(event)
        return True

    def do_repair(self, asset, on, day):
        amount = self.random.randint(1, 100_000)
        return self.tell(asset, {'kind': 'repair', 'day': day, 'amount': amount}, 'asset', 'repair', asset['name'],
                         '--on', on, '--cost', self.money(amount))

    def do_service(self, asset, on, day):
        amount = self.random.randint(1, 100_000)
        return self.tell(asset, {'kind': 'service', 'day': day, 'amount': amount}, 'asset', 'service', asset['name'],
                         '--on', on, '--cost', self.money(amount), '--next', on + 100 * ONE_DAY)

    def do_move(self, asset, on, day):
        site = self.random.choice(['home', 'oslo'])
        if self.site_of(asset) == site:
            return False
        return self.tell(asset, {'kind': 'move', 'day': day, 'to': site}, 'asset', 'move', asset['name'], '--on', on,
                         '--site', site)

    @staticmethod
    def site_of(asset):
        return next((event['to'] for event in reversed(asset['events']) if event['kind'] == 'move'), asset['stood'])

    def do_pause(self, asset, on, day):
        return self.tell(asset, {'kind': 'pause', 'day': day}, 'asset', 'pause', asset['name'], '--on', on)

    def do_resume(self, asset, on, day):
        if any(event['kind'] == 'pause' and event['day'] >= day for event in asset['events']):
            return False
        return self.tell(asset, {'kind': 'resume', 'day': day}, 'asset', 'resume', asset['name'], '--on', on)

    def do_dispose(self, asset, on, day):
        if self.random.random() < 0.6 or day <= self.book(asset).begins:
            return False
        proceeds = self.random.choice([0, self.random.randint(1, 3_000_000)])
        trade_in = proceeds > 0 and self.random.random() < 0.3
        how = ['--scrap'] if proceeds == 0 else ['--trade-in' if trade_in else '--proceeds', self.money(proceeds)]
        return self.tell(asset, {'kind': 'dispose', 'on': on, 'day': day, 'proceeds': proceeds, 'trade_in': trade_in}, 'asset',
                         'dispose', asset['name'], '--on', on, *how)

    def do_reinstate(self, asset, on, day):
        if on < max(event['day'] for event in asset['events'] if event['kind'] == 'dispose'):
            return False  # told of a day on which it was still there
        return self.tell(asset, {'kind': 'reinstate', 'day': day}, 'asset', 'reinstate', asset['name'], '--on', on)

    def do_split(self, asset, on, day):
        name = asset['name'] + '-part'
        whole = self.random.randint(2, 9)
        share = self.random.randint(1, whole - 1)
        books = {one: self.book(asset, one) for one in asset['terms']}
        went = {one: split_off(book, day, share, whole) for one, book in books.items()}
        if name in self.assets or not all(went.values()) or day <= books[FINANCIAL].begins:
            return False
        event = {'kind': 'split', 'day': day, 'name': name, 'went': went}
        sold, verb, how = [], 'split', []
        if self.random.random() < 0.3:  # it leaves at once
            proceeds = self.random.choice([0, self.random.randint(1, 1_000_000)])
            sold = [{'kind': 'dispose', 'on': on, 'day': day, 'proceeds': proceeds, 'trade_in': False,
                     'with_split': True}]
            verb, how = 'dispose', ['--proceeds', self.money(proceeds)] if proceeds else ['--scrap']
        if not self.tell(asset, event, 'asset', verb, asset['name'], '--on', on, '--share', f'{share}/{whole}',
                         '--part', name, *how):
            return False
        self.covered['pair', 'split', 'dispose'] += len(sold)
        part = {one: {**went[one], 'day': day, 'of_cost': book.layers[0].cost, 'of_salvage': book.layers[0].salvage}
                for one, book in books.items()}
        self.assets[name] = {
            'name': name, 'cost': went[FINANCIAL]['cost'], 'salvage': went[FINANCIAL]['salvage'], 'taken': None,
            'events': sold, 'of': asset['name'], 'terms': {one: dict(book.terms) for one, book in books.items()},
            'stood': self.site_of(asset), 'part': part, 'since': on}
        return True

    def do_merge(self, asset, on, day):
        whole = self.assets[asset['of']]
        books = {name: self.book(asset, name) for name in asset['terms']}
        layers = {name: [layer.copy() for layer in book.layers] for name, book in books.items()}
        for layer in sum(layers.values(), []):
            layer.advance(day)
        for name in layers:
            layers[name][0].ahead = books[name].ahead(day)
        self.run('asset', 'merge', asset['name'], '--into', whole['name'], '--on', on)
        whole['events'].append({'kind': 'merge', 'day': day, 'name': asset['name'], 'layers': layers,
                                'surplus': {name: book.surplus for name, book in books.items()},
                                'unimpaired': {name: book.unimpaired(day) for name, book in books.items()}})
        asset['events'].append({'kind': 'merged', 'day': day})
        return True

    def try_unlawful(self):
        asset = self.random.choice(list(self.assets.values()))
        name, today = asset['name'], self.today()
        before = asset.get('since', self.book(asset).begins) - ONE_DAY  # of a part told late: before that was told of
        tries = [('a name that is taken', 'asset', 'add', name, '--cost', self.money(5), '--life', '3y', '--in-service',
                  today),
                 ('an unknown asset', 'asset', 'repair', 'nobody', '--on', today, '--cost', self.money(5)),
                 ('before it was here', 'asset', 'improve', name, '--on', before, '--cost', self.money(5)),
                 ('a part of all', 'asset', 'split', name, '--on', today, '--share', '3/3', '--part', 'all'),
                 ('into itself', 'asset', 'merge', name, '--on', today, '--into', name),
                 ('a month that is not over', 'books', 'close', '--period', self.name(self.month)),
                 ('another currency', 'asset', 'repair', name, '--on', today, '--cost', 'CHF 5.00'),
                 ('an entry that is none', 'books', 'reverse', '999999')]
        if self.gone(asset):
            tries.append(('what is gone', 'asset', 'dispose', name, '--on', today, '--scrap'))
        else:
            tries.append(('reinstated while here', 'asset', 'reinstate', name, '--on', today))
        if self.closed is not None and self.closed + 2 < self.month:
            tries.append(('a month out of turn', 'books', 'close', '--period', self.name(self.closed + 2)))
        if self.random.random() < 0.4:
            day = self.day_of(asset, today)
            tries = [] if day is None or self.gone(asset) else [self.impossible(asset, today)]
        tries = [one for one in tries if one]
        if tries:
            self.refuse(*self.random.choice(tries))

    @staticmethod
    def name(month):
        return f'{month // 12}-{month % 12 + 1:02d}'
