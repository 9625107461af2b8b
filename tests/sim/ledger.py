"""What a book of an asset must hold, replayed from what happened to it: the charge of each month and the sum of each
account, by the rules of docs/books.md and of the standards that it names. Amounts are minor units.

An asset is a dict: name, cost, salvage, taken (None, or what the books before passed on: `on`, `accumulated`,
`catches_up` and, where it is so, `impaired`, `unimpaired`, `surplus`, `lost`), part (None, or what came to it with a
split), entered (the first open day when it was told, if its month was closed by then), terms (of each book) and events,
in the order in which they count. What cannot be (Impossible) the books must refuse.
"""
import copy
from fractions import Fraction

from curves import Curve, Declining, Life, Macrs, first_of, month_of, rounded
from portions import Portions

FINANCIAL, TAX, MANAGEMENT = 'financial', 'tax', 'management'


class Impossible(Exception):
    """What the books must refuse, and why."""


def possible(condition, why):
    if not condition:
        raise Impossible(why)


class Layer:
    """A part of an asset that wears off along one curve. `charged` and `passed` are of the day when it last changed."""

    def __init__(self, cost, salvage, curve, charged=0, passed=Fraction(0)):
        self.cost, self.salvage, self.curve = cost, salvage, curve
        self.charged, self.passed = charged, passed
        self.impaired = self.eliminated = 0
        self.lost, self.revalued = 0, False  # losses in profit that neither wore off nor were made good
        self.at_once = self.bonus = 0  # by section 179 and bonus, with the purchase
        self.opening = None  # (day, what was charged by then, whatever its table says)
        self.stop = None  # (day, what is charged in all of what was disposed of then)
        self.goes_on = False  # taken over at what its terms had charged: as if it had been here all along
        self.ahead = None  # of what was divided or became one: see Book.ahead()

    def copy(self):
        other = Layer(self.cost, self.salvage, self.curve, self.charged, self.passed)
        other.impaired, other.eliminated, other.stop = self.impaired, self.eliminated, self.stop
        other.lost, other.revalued, other.goes_on = self.lost, self.revalued, self.goes_on
        other.at_once, other.bonus, other.opening = self.at_once, self.bonus, self.opening
        return other

    @property
    def expensed(self):
        return self.at_once + self.bonus

    def charged_at(self, day):
        if isinstance(self.curve, Macrs):
            if self.opening and day <= self.opening[0]:
                return self.opening[1]
            by_table = rounded((self.cost - self.expensed) * self.curve.at(day))
            # What was charged ahead of its table (in a year in which it was gone) stands until the table is there; of
            # what is disposed of the table says itself what its last year has.
            return max(by_table, self.opening[1]) if self.opening and not self.curve.disposed else by_table
        if self.stop and day > self.stop[0]:
            return self.stop[1]
        return self.charged_with(self.curve.at(day))

    def charged_with(self, passed):
        if self.goes_on:
            return rounded((self.cost - self.salvage) * passed)
        if self.passed >= 1:
            return self.charged
        return rounded(self.charged + max(self.left(), 0) * (passed - self.passed) / (1 - self.passed))

    def left(self):
        """To charge, when it last changed; below zero where its salvage was estimated above what it is carried at."""
        return self.cost - self.impaired - self.charged + self.eliminated - self.salvage

    def decline(self, terms, day, base):
        """Of declining balance: what is left goes on from that day on; None: as at the start of a year."""
        carried = self.left() + self.salvage
        self.curve = Declining(terms['method'], life_of(terms), carried, self.salvage, day, carried if base is None else base)
        self.passed = Fraction(self.curve.is_over(day))

    def goes_before(self, day):
        """Whether less of its life had passed, as its disposal on that day has it, than when it last changed."""
        if isinstance(self.curve, Declining):
            return self.curve.life.passed_at_disposal(day) < self.curve.begun
        return self.curve.at_disposal(day) < self.passed

    def carried_at(self, day):
        return self.cost - self.impaired - self.expensed - self.charged_at(day) + self.eliminated

    def wear_loss(self, day):
        """A loss is made good by and by, by smaller charges: as much of it is left as of what there was to charge."""
        if self.lost and self.left() > 0:
            still = max(self.left() + self.charged - self.charged_at(day), 0)
            self.lost = rounded(Fraction(self.lost * still, self.left()))

    def advance(self, day):
        self.wear_loss(day)
        self.charged, self.goes_on = self.charged_at(day), False
        if not isinstance(self.curve, Macrs):
            self.passed = self.curve.at(day)


# What begins a piece of a life of declining balance: what leaves the past alone, and what measures it anew.
ADDING, MEASURING = ('improve', 'credit', 'estimate'), ('impair', 'revalue', 'split')


def is_declining(terms):
    return terms['method'].startswith('declining-balance')


def curve_length(terms):
    """The months of which its rate is."""
    return 1 if 'per-period' in terms['method'] else 12


def life_of(terms):
    return Life(terms['in_service'], terms['months'], terms['days'], terms['convention'], terms['fiscal_month'])


def curve_of(terms, cost, salvage, **other):
    terms = {**terms, **other}
    if terms['method'].startswith('macrs:'):
        return Macrs(int(terms['method'].split(':')[1]), terms['in_service'], terms['fiscal_month'],
                     rulings_of(terms, terms['in_service']))
    life = life_of(terms)
    if is_declining(terms):
        return Declining(terms['method'], life, cost, salvage)
    return Curve(terms['method'], life, terms.get('readings'))


def year_of(terms, day):
    """The first month of the tax year in which a property is placed in service on that day."""
    month = month_of(day)
    return month - (month - terms['fiscal_month']) % 12


def rulings_of(terms, in_service):
    """A convention that is named stays; else it is that of the tax year (`rulings`, by its first month)."""
    named = terms['method'].split(':')[2:]
    return [(None, named[0])] if named else terms['rulings'].setdefault(year_of(terms, in_service), [])


class Book(Portions):
    """`asset` in one book, until all that happened to it by now; or as it would be had it never been impaired."""

    def __init__(self, asset, book, impaired=True):
        self.asset, self.book, self.terms = asset, book, asset['terms'][book]
        self.is_impaired = impaired
        self.taken = []  # what happened by now
        self.accounts = {}
        self.surplus = 0
        self.gone = None
        self.pieces = []  # (from which day, its layers)
        self.open()
        for event in asset['events']:
            possible(bool(self.gone) == (event['kind'] == 'reinstate'), 'it was gone, or was not')
            if impaired or event['kind'] != 'impair':
                getattr(self, 'on_' + event['kind'].replace('-', '_'))(event)
                self.decline(event)
            self.taken.append(event)

    def post(self, **amounts):
        for name, amount in amounts.items():
            self.accounts[name] = self.accounts.get(name, 0) + amount
        assert sum(amounts.values()) == 0, amounts

    def open(self):
        asset, part = self.asset, self.asset['part'] and self.asset['part'][self.book]
        cost, salvage = asset['cost'], asset['salvage'] if self.book == FINANCIAL else self.terms.get('salvage', 0)
        cost, salvage = (part['cost'], part['salvage']) if part else (cost, salvage)
        curve = curve_of(self.terms, part['of_cost'] if part else cost, part['of_salvage'] if part else salvage)
        layer, day = Layer(cost, salvage, curve), self.terms['in_service']
        if part:
            day = part['day']
            self.open_part(layer, part)
        elif asset['taken']:
            day = asset['taken']['on']
            self.take_over(layer, asset['taken'])
        else:
            self.post(equipment=cost, payable=-cost)
        at_once, bonus = self.terms.get('section_179', 0), self.terms.get('bonus_percent', 0)
        if not part and (at_once or bonus):
            bonus = rounded(Fraction((cost - at_once) * bonus, 100))
            layer.at_once, layer.bonus = at_once, bonus
            self.post(section_179=at_once, bonus=bonus, accumulated=-layer.expensed)
        self.begins = asset.get('entered', day)
        self.pieces.append((day, [layer]))

    def take_over(self, layer, taken):
        """In mid-life, with what the books before charged and measured."""
        given, cost = taken['accumulated'], layer.cost
        day = taken['on']
        layer.passed = layer.curve.at(day)
        by_terms = rounded((cost - layer.salvage) * layer.passed)
        layer.charged = by_terms if taken['catches_up'] else given
        # By its terms, and in proportion where other books charged another amount.
        ahead = max(by_terms - rounded((cost - layer.salvage) * layer.curve.at_disposal(day)), 0)
        layer.ahead = rounded(Fraction(ahead * layer.charged, by_terms)) if by_terms else 0
        layer.impaired, self.surplus = taken.get('impaired', 0), taken.get('surplus', 0)
        layer.lost, layer.revalued = taken.get('lost', layer.impaired), 'surplus' in taken
        if not self.is_impaired and layer.impaired:
            unimpaired = max(cost - layer.charged - layer.impaired, cost - by_terms)
            layer.charged, layer.impaired = cost - taken.get('unimpaired', unimpaired), 0
        layer.goes_on = layer.charged == by_terms and not (layer.impaired or layer.lost or layer.revalued) \
            and 'year_opening' not in taken and not isinstance(layer.curve, Macrs)
        if is_declining(self.terms) and not layer.goes_on:
            self.open_year(layer, taken, cost - by_terms)
        possible(layer.left() <= 0 or not layer.curve.is_over(day), 'nothing could wear off what is left')
        self.post(equipment=cost, accumulated=-layer.charged, impaired=-layer.impaired, surplus=-self.surplus,
                  depreciation=layer.charged - given, opening=given + layer.impaired + self.surplus - cost)

    def open_year(self, layer, taken, by_terms):
        """The rate of the year goes on with what the books before had, or would have by its terms: either moves with what
        it is carried at."""
        day, carried = taken['on'], layer.left() + layer.salvage
        base, was = layer.curve.base_at(day), by_terms
        if 'year_opening' in taken:
            base, was = taken['year_opening'], layer.cost - taken['accumulated'] - taken.get('impaired', 0)
        layer.decline(self.terms, day, base * carried / was if was > 0 else None)

    @property
    def layers(self):
        return self.pieces[-1][1]

    def begin(self, event, cut=True):
        """A new piece. What changes its curve or amounts cuts it: what was charged by then, rounded, stands."""
        layers = [layer.copy() for layer in self.layers]
        for layer in layers if cut else []:
            layer.advance(event['day'])
        self.pieces.append((event['day'], layers))
        return layers

    def decline(self, event):
        """Declining balance goes on within its year: the amount that the rate applies to moves by what is added to it, or
        where it was measured anew, or divided, in proportion to what it is carried at."""
        day, layers = self.pieces[-1]
        if event['kind'] not in ADDING + MEASURING or day != event['day'] or not is_declining(self.terms) \
                or event.get('book', self.book) != self.book:
            return
        layer, (_, (old, *_)) = layers[0], self.pieces[-2]
        left, was = layer.carried_at(day), old.carried_at(day)
        base = None
        if isinstance(old.curve, Declining) and old.curve.length == curve_length(self.terms):
            base = old.curve.base_at(day)
            base = base + left - was if event['kind'] in ADDING else base * left / was if was > 0 else None
        layer.decline(self.terms, day, base)

    def charged_by(self, day):
        """What was charged here until the start of that day; what came with it or went with a part is not in it."""
        sum_ = 0
        for (start, layers), following in zip(self.pieces, self.pieces[1:] + [None]):
            end = day if following is None else min(day, following[0])
            if end > start:
                sum_ += sum(layer.charged_at(end) - layer.charged_at(start) for layer in layers)
        return sum_

    def charge(self, month):
        return self.charged_by(first_of(month + 1)) - self.charged_by(max(first_of(month), self.begins))

    def carried(self, day):
        return 0 if self.gone else sum(layer.carried_at(day) for layer in self.layers)

    def sums(self, month):
        """Of each account at the end of that month."""
        charged = self.charged_by(first_of(month + 1))
        sums = dict(self.accounts)
        sums['depreciation'] = sums.get('depreciation', 0) + charged
        sums['accumulated'] = sums.get('accumulated', 0) - charged
        return {name: amount for name, amount in sums.items() if amount != 0}

    # --- what happens --------------------------------------------------------------------------------------------

    def on_move(self, event):
        pass

    on_pause = on_resume = on_move

    def on_repair(self, event):
        self.post(repairs=event['amount'], payable=-event['amount'])

    on_service = on_repair

    def on_improve(self, event):
        self.post(equipment=event['amount'], payable=-event['amount'])
        layers = self.begin(event)
        if isinstance(layers[0].curve, Macrs):  # property of its own, of that day
            layers.append(Layer(event['amount'], 0, curve_of(self.terms, 0, 0, in_service=event['on'])))
            layers[-1].curve.since = event['day']
        else:
            possible(not layers[0].curve.is_over(event['day']), 'nothing could wear off the improvement')
            layers[0].cost += event['amount']

    def on_credit(self, event):
        """What was paid is less by a credit note."""
        if event.get('book', self.book) != self.book:
            return
        layer = self.begin(event)[0]
        possible(not isinstance(layer.curve, Macrs), 'a table goes by what was paid')
        possible(event['amount'] <= layer.carried_at(event['day']), 'more than it is carried at')
        layer.cost -= event['amount']
        self.post(equipment=-event['amount'], payable=event['amount'])

    def on_estimate(self, event):
        if event['book'] != self.book:
            return
        layer = self.begin(event)[0]
        self.terms = {**self.terms, **{key: event[key] for key in ('months', 'days', 'method') if key in event}}
        layer.salvage = event.get('salvage', layer.salvage)
        if self.terms['method'].startswith('table:'):
            possible(-(-self.terms['months'] // 12) == self.terms['method'].count('/') + 1, 'a table has its years')
        possible(layer.salvage <= layer.cost, 'its salvage would be more than its cost')
        layer.curve = curve_of(self.terms, layer.cost, layer.salvage)
        layer.passed = layer.curve.at(event['day'])
        possible(not layer.curve.is_over(event['day']) or not {'months', 'method'}.intersection(event), 'its life would be over by then')

    def on_impair(self, event):
        if event['book'] != self.book:
            return
        layer = self.begin(event)[0]
        gain = event['to'] - layer.carried_at(event['day'])
        possible(gain != 0, 'nothing is lost or gained')
        if gain > 0:  # IAS 36.117: no more than had it never been impaired
            gain = min(gain, self.unimpaired(event['day']) - layer.carried_at(event['day']), layer.impaired)
            possible(gain > 0, 'it was never impaired, or all is taken back')
            possible(not layer.curve.is_over(event['day']), 'nothing could wear off what it gains')
            to_profit = min(gain, layer.lost) if layer.revalued else gain  # IAS 36.119
        else:
            to_profit = gain + min(-gain, self.surplus)
        self.measure(layer, gain, to_profit)
        layer.impaired -= gain
        self.post(impaired=gain, surplus=to_profit - gain,
                  **{'reversal' if gain > 0 else 'impairment': -to_profit})

    def unimpaired(self, day):
        return Book({**self.asset, 'events': self.taken}, self.book, impaired=False).layers[0].carried_at(day)

    def measure(self, layer, gain, to_profit):
        self.surplus += gain - to_profit
        layer.lost = max(layer.lost - to_profit, 0)

    def on_revalue(self, event):
        if event['book'] != self.book:
            return
        layer = self.begin(event)[0]
        gain = event['to'] - layer.carried_at(event['day'])
        possible(gain <= 0 or not layer.curve.is_over(event['day']), 'nothing could wear off what it gains')
        # IAS 16.39, 16.40: a gain makes losses in profit good first, a loss takes the surplus first.
        to_profit = min(gain, layer.lost) if gain >= 0 else gain + min(-gain, self.surplus)
        self.measure(layer, gain, to_profit)
        self.post(accumulated=layer.charged - layer.eliminated, impaired=layer.impaired,
                  equipment=event['to'] - layer.cost, surplus=to_profit - gain, revaluation=-to_profit)
        layer.cost, layer.impaired, layer.eliminated, layer.revalued = event['to'], 0, layer.charged, True

    def on_dispose(self, event):
        before = dict(self.accounts)
        layers = self.begin(event, cut=False)
        month_end = first_of(event['day'].year * 12 + event['day'].month)
        denied = 0
        for layer in layers:
            if isinstance(layer.curve, Macrs):
                layer.curve = copy.copy(layer.curve)
                layer.curve.dispose(event['on'], event['day'])
                if month_of(layer.curve.disposed) < layer.curve.first_year + 12:  # no bonus then
                    denied += layer.bonus
            else:
                layer.stop = (event['day'], self.charged_in_the_end(event['day'], self.pieces[:-1]))
        written_off = sum(layer.charged_at(month_end) + layer.expensed - layer.eliminated for layer in layers) - denied
        impaired, cost = sum(layer.impaired for layer in layers), sum(layer.cost for layer in layers)
        gain = event['proceeds'] - (cost - written_off - impaired)
        paid = 'payable' if event['trade_in'] else 'receivable'
        self.post(**{'bonus': -denied, 'accumulated': written_off + denied, 'impaired': impaired, 'equipment': -cost,
                     'surplus': self.surplus, 'retained': -self.surplus, paid: event['proceeds'],
                     'gain' if gain >= 0 else 'loss': -gain})
        self.gone = (event['day'], before, self.surplus)
        self.surplus = 0

    def charged_in_the_end(self, day, pieces):
        """By the convention's rule for the month or year of disposal. What it takes back was charged by the piece in
        which it was charged. Of what was divided, or became one, what there is to take back was shared with the rest,
        and what other books charged is taken back as if it had been charged here. What came back stands."""
        for at in range(len(pieces) - 1, -1, -1):
            start, (layer, *_) = pieces[at]
            if not layer.goes_before(day):
                return layer.charged_with(layer.curve.at_disposal(day))
            if layer.ahead is not None:
                return layer.charged - layer.ahead
            earlier = pieces[at - 1] if at > 0 else None
            if earlier is None or earlier[1][0].stop or earlier[1][0].charged_at(start) != layer.charged:
                return layer.charged
        raise AssertionError('no piece')

    def ahead(self, day):
        """What was charged by then that the convention does not grant, if it goes on that day."""
        layer = self.layers[0]
        if isinstance(layer.curve, Macrs):
            return 0
        return max(layer.charged_at(day) - self.charged_in_the_end(day, self.pieces), 0)

    def on_reinstate(self, event):
        _, before, self.surplus = self.gone
        self.accounts, self.gone = before, None
        layers = [layer.copy() for layer in self.layers]
        for layer in layers:
            layer.wear_loss(event['day'])
            layer.charged, layer.goes_on = layer.charged_at(event['day']), False
            if isinstance(layer.curve, Macrs):  # what passed is made good
                layer.opening, layer.curve = (event['day'], layer.charged), copy.copy(layer.curve)
                layer.curve.disposed = None
            else:
                layer.stop, layer.passed = None, layer.curve.at(event['day'])
        self.pieces.append((event['day'], layers))
