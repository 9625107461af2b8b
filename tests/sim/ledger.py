"""What a book of an asset must hold, replayed from what happened to it: the charge of each month and the sum of each
account, by the rules of docs/books.md and of the standards that it names. Amounts are minor units.

An asset is a dict: name, cost, salvage, taken (None, or day and amount and whether it catches up), part (None, or
what came to it with a split), entered (the first open day when it was told, if its month was closed by then), terms (of
each book) and events, in the order in which they count.
"""
import copy
from fractions import Fraction

from curves import Curve, Declining, Life, Macrs, first_of, month_of, rounded

FINANCIAL, TAX, MANAGEMENT = 'financial', 'tax', 'management'


class Layer:
    """A part of an asset that wears off along one curve. `charged` and `passed` are of the day when it last changed."""

    def __init__(self, cost, salvage, curve, charged=0, passed=Fraction(0)):
        self.cost, self.salvage, self.curve = cost, salvage, curve
        self.charged, self.passed = charged, passed
        self.impaired = self.eliminated = 0
        self.at_once = self.bonus = 0  # by section 179 and bonus, with the purchase
        self.opening = None  # (day, what was charged by then, whatever its table says)
        self.stop = None  # (day, what is charged in all of what was disposed of then)
        self.ahead = None  # of what was divided or became one: see Book.ahead()

    def copy(self):
        other = Layer(self.cost, self.salvage, self.curve, self.charged, self.passed)
        other.impaired, other.eliminated, other.stop = self.impaired, self.eliminated, self.stop
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
        if self.passed >= 1:
            return self.charged
        base = max(self.cost - self.impaired - self.charged + self.eliminated - self.salvage, 0)
        return rounded(self.charged + base * (passed - self.passed) / (1 - self.passed))

    def carried_at(self, day):
        return self.cost - self.impaired - self.expensed - self.charged_at(day) + self.eliminated

    def advance(self, day):
        self.charged = self.charged_at(day)
        if not isinstance(self.curve, Macrs):
            self.passed = self.curve.at(day)


def curve_of(terms, cost, salvage, **other):
    terms = {**terms, **other}
    if terms['method'].startswith('macrs:'):
        return Macrs(int(terms['method'].split(':')[1]), terms['in_service'], terms['fiscal_month'],
                     rulings_of(terms, terms['in_service']))
    life = Life(terms['in_service'], terms['months'], terms['days'], terms['convention'], terms['fiscal_month'])
    if terms['method'].startswith('declining-balance'):
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


class Book:
    """`asset` in one book, until all that happened to it by now."""

    def __init__(self, asset, book):
        self.asset, self.book, self.terms = asset, book, asset['terms'][book]
        self.accounts = {}
        self.surplus = 0
        self.gone = None
        self.pieces = []  # (from which day, its layers)
        self.open()
        for event in asset['events']:
            getattr(self, 'on_' + event['kind'].replace('-', '_'))(event)

    def post(self, **amounts):
        for name, amount in amounts.items():
            self.accounts[name] = self.accounts.get(name, 0) + amount
        assert sum(amounts.values()) == 0, amounts

    def open(self):
        asset, part = self.asset, self.asset['part'] and self.asset['part'][self.book]
        cost, salvage = asset['cost'], asset['salvage'] if self.book == FINANCIAL else self.terms.get('salvage', 0)
        salvage = part['salvage'] if part else salvage
        curve = curve_of(self.terms, part['of_cost'] if part else cost, part['of_salvage'] if part else salvage)
        layer, day = Layer(cost, salvage, curve), self.terms['in_service']
        if part:
            day, layer.charged, layer.ahead = part['day'], part['charged'], part['ahead']
            if isinstance(curve, Macrs):
                layer.at_once, layer.bonus, layer.opening = part['at_once'], part['bonus'], (day, layer.charged)
            else:
                layer.passed = curve.at(day)
            accumulated = layer.charged + layer.expensed
            self.post(equipment=cost, accumulated=-accumulated, transfers=accumulated - cost)
        elif asset['taken']:
            day, given, catches_up = asset['taken']
            by_terms = rounded((cost - salvage) * curve.at(day))
            layer.passed, layer.charged = curve.at(day), by_terms if catches_up else given
            self.post(equipment=cost, accumulated=-layer.charged, depreciation=layer.charged - given,
                      opening=given - cost)
        else:
            self.post(equipment=cost, payable=-cost)
        at_once, bonus = self.terms.get('section_179', 0), self.terms.get('bonus_percent', 0)
        if not part and (at_once or bonus):
            bonus = rounded(Fraction((cost - at_once) * bonus, 100))
            layer.at_once, layer.bonus = at_once, bonus
            self.post(section_179=at_once, bonus=bonus, accumulated=-layer.expensed)
        self.begins = asset.get('entered', day)
        self.pieces.append((day, [layer]))

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
            layers[0].cost += event['amount']

    def on_estimate(self, event):
        if event['book'] != self.book:
            return
        layer = self.begin(event)[0]
        self.terms = {**self.terms, **{key: event[key] for key in ('months', 'days', 'method') if key in event}}
        layer.salvage = event.get('salvage', layer.salvage)
        layer.curve = curve_of(self.terms, layer.cost, layer.salvage)
        layer.passed = layer.curve.at(event['day'])

    def on_impair(self, event):
        if event['book'] != self.book:
            return
        layer = self.begin(event)[0]
        loss = layer.carried_at(event['day']) - event['to']
        if loss < 0:
            loss = -min(-loss, event['unimpaired'] - layer.carried_at(event['day']), layer.impaired)
            layer.impaired += loss
            self.post(impaired=-loss, reversal=loss)
            return
        layer.impaired += loss
        from_surplus = min(loss, self.surplus)
        self.surplus -= from_surplus
        self.post(impaired=-loss, surplus=from_surplus, impairment=loss - from_surplus)

    def on_revalue(self, event):
        if event['book'] != self.book:
            return
        layer = self.begin(event)[0]
        gain = event['to'] - layer.carried_at(event['day'])
        to_surplus = max(gain, -self.surplus)
        self.surplus += to_surplus
        self.post(accumulated=layer.charged - layer.eliminated, impaired=layer.impaired,
                  equipment=event['to'] - layer.cost, surplus=-to_surplus, revaluation=to_surplus - gain)
        layer.cost, layer.impaired, layer.eliminated = event['to'], 0, layer.charged

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
        which it was charged. Of what was divided, or became one, what there is to take back was shared with the rest.
        What came back, or was charged by other books, stands."""
        for at in range(len(pieces) - 1, -1, -1):
            start, (layer, *_) = pieces[at]
            passed = layer.curve.at_disposal(day)
            if passed >= layer.passed:
                return layer.charged_with(passed)
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
            layer.charged = layer.charged_at(event['day'])
            if isinstance(layer.curve, Macrs):  # what passed is made good
                layer.opening, layer.curve = (event['day'], layer.charged), copy.copy(layer.curve)
                layer.curve.disposed = None
            else:
                layer.stop, layer.passed = None, layer.curve.at(event['day'])
        self.pieces.append((event['day'], layers))

    def on_split(self, event):
        ahead, went = self.ahead(event['day']), event['went'][self.book]
        layer = self.begin(event)[0]
        layer.ahead = ahead - went['ahead']
        for amount in ('cost', 'salvage', 'charged', 'at_once', 'bonus'):
            setattr(layer, amount, getattr(layer, amount) - went[amount])
        layer.opening = (event['day'], layer.charged)
        accumulated = went['charged'] + went['at_once'] + went['bonus']
        self.post(equipment=-went['cost'], accumulated=accumulated, transfers=went['cost'] - accumulated)

    def on_merge(self, event):
        """It takes in another, which is gone (`merged`) with the same event: each amount is added. Of MACRS each keeps
        its own table."""
        ahead, came = self.ahead(event['day']), event['layers'][self.book]
        layers = self.begin(event)
        layers[0].ahead = ahead + (came[0].ahead or 0)
        if isinstance(layers[0].curve, Macrs):
            layers += [layer.copy() for layer in came]
            for layer in layers[-len(came):]:
                layer.opening = (event['day'], layer.charged)
        else:
            for amount in ('cost', 'salvage', 'charged'):
                setattr(layers[0], amount, getattr(layers[0], amount) + getattr(came[0], amount))
        cost, accumulated = sum(one.cost for one in came), sum(one.charged + one.expensed for one in came)
        self.post(equipment=cost, accumulated=-accumulated, transfers=accumulated - cost)

    def on_merged(self, event):
        layers = self.begin(event)
        cost, charged = sum(layer.cost for layer in layers), sum(layer.charged + layer.expensed for layer in layers)
        self.post(equipment=-cost, accumulated=charged, transfers=cost - charged)
        self.pieces[-1] = (event['day'], [])
        self.gone = (event['day'], None, 0)


def part_of(amount, share, whole):
    """Halves to the rest."""
    return (2 * amount * share + whole - 1) // (2 * whole)


def split_off(book, day, share, whole):
    """What goes with a part: cost, salvage and what was charged; neither side is left with less than nothing to
    charge. None: of nothing, or of all."""
    layer = book.layers[0].copy()
    layer.advance(day)
    went = {name: part_of(getattr(layer, name), share, whole)
            for name in ('cost', 'salvage', 'charged', 'at_once', 'bonus')}
    left = layer.cost - layer.charged - layer.salvage - layer.expensed
    its = went['cost'] - went['charged'] - went['salvage'] - went['at_once'] - went['bonus']
    if left >= 0:
        went['charged'] += its - min(max(its, 0), left)
    ahead = book.ahead(day)
    went['ahead'] = min(max(went['charged'] - part_of(layer.charged - ahead, share, whole), 0), ahead)
    return None if went['cost'] <= 0 or went['cost'] >= layer.cost else went
