"""What passes between machines that divide and become one: each amount by itself, and nothing is lost between the two.
Mixed into ledger.Book."""
from curves import Declining, Macrs

SHARED = ('cost', 'salvage', 'charged', 'impaired', 'lost', 'at_once', 'bonus')


class Portions:
    def open_part(self, layer, part):
        """It came with a split; its method counts from where its whole began."""
        day = part['day']
        for amount in SHARED:
            setattr(layer, amount, part[amount])
        layer.ahead, layer.revalued, self.surplus = part['ahead'], part['revalued'], part['surplus']
        if not self.is_impaired:
            layer.charged, layer.impaired = layer.cost - layer.expensed - part['unimpaired'], 0
        if isinstance(layer.curve, Macrs):
            layer.opening = (day, layer.charged)
        elif isinstance(layer.curve, Declining):
            carried, was = layer.left() + layer.salvage, part['cost'] - part['charged'] - part['impaired']
            layer.decline(self.terms, day, part['base'] * carried / was if was > 0 else None)
        else:
            layer.passed = layer.curve.at(day)
        self.pass_on(layer, self.surplus, 1)

    def pass_on(self, one, surplus, sign):
        """Through an account that stands at zero, for both together."""
        accumulated = one.charged - one.eliminated + one.expensed
        self.post(equipment=sign * one.cost, accumulated=-sign * accumulated, impaired=-sign * one.impaired,
                  surplus=-sign * surplus, transfers=sign * (accumulated + one.impaired + surplus - one.cost))

    def on_split(self, event):
        ahead, went = self.ahead(event['day']), dict(event['went'][self.book])
        layer = self.begin(event)[0]
        layer.ahead = ahead - went['ahead']
        if not self.is_impaired:
            went.update(charged=went['cost'] - went['at_once'] - went['bonus'] - went['unimpaired'], impaired=0)
        part = layer.copy()
        part.eliminated = 0
        for amount in SHARED:
            setattr(part, amount, went[amount])
            setattr(layer, amount, getattr(layer, amount) - went[amount])
        layer.opening = (event['day'], layer.charged)
        self.surplus -= went['surplus']
        self.pass_on(part, went['surplus'], -1)

    def on_merge(self, event):
        """It takes in another, which is gone (`merged`) with the same event: each amount is added. Of MACRS each keeps
        its own table."""
        ahead, came = self.ahead(event['day']), event['layers'][self.book]
        surplus, layers = event['surplus'][self.book], self.begin(event)
        layers[0].ahead = ahead + (came[0].ahead or 0)
        came = [layer.copy() for layer in came]
        if not self.is_impaired and came[0].impaired:
            came[0].charged, came[0].eliminated, came[0].impaired = came[0].cost - event['unimpaired'][self.book], 0, 0
        if isinstance(layers[0].curve, Macrs):
            layers += [layer.copy() for layer in came]
            for layer in layers[-len(came):]:
                layer.opening = (event['day'], layer.charged)
        else:
            for amount in ('cost', 'salvage', 'charged', 'impaired', 'lost', 'eliminated'):
                setattr(layers[0], amount, getattr(layers[0], amount) + getattr(came[0], amount))
            layers[0].revalued |= came[0].revalued
            if isinstance(layers[0].curve, Declining):  # the rate of the year goes on with what it applied to in both
                bases = [curve.base_at(event['day']) for curve in (self.pieces[-2][1][0].curve, came[0].curve)]
                layers[0].decline(self.terms, event['day'], sum(bases))
        self.surplus += surplus
        for number, one in enumerate(came):
            self.pass_on(one, 0 if number else surplus, 1)

    def on_merged(self, event):
        for number, layer in enumerate(self.begin(event)):
            self.pass_on(layer, 0 if number else self.surplus, -1)
        self.pieces[-1] = (event['day'], [])
        self.gone, self.surplus = (event['day'], None, 0), 0


def part_of(amount, share, whole):
    """Halves to the rest."""
    return (2 * amount * share + whole - 1) // (2 * whole)


def within(amount, least, most):
    return max(least, min(amount, most))


def split_off(book, day, share, whole):
    """What goes with a part: of each amount its share, and neither side is left with less than nothing to charge. None:
    of nothing, or of all."""
    layer, ahead = book.layers[0].copy(), book.ahead(day)
    layer.advance(day)
    has = {name: getattr(layer, name) for name in SHARED}
    has.update(charged=layer.charged - layer.eliminated, surplus=book.surplus)
    went = {name: part_of(amount, share, whole) for name, amount in has.items()}
    # What was deducted at once is an amount, of which the bonus is a part.
    went['at_once'] = part_of(layer.expensed, share, whole) - went['bonus']

    def left(one):
        return one['cost'] - one['charged'] - one['impaired'] - one['salvage'] - one['at_once'] - one['bonus']

    for name in ('charged', 'salvage', 'impaired') if left(has) >= 0 else ():
        too_much = left(went) - within(left(went), 0, left(has))
        went[name] = within(went[name] + too_much, 0, has[name])
    granted = has['charged'] - ahead
    went['ahead'] = part_of(ahead, share, whole) if granted < 0 else \
        within(went['charged'] - part_of(granted, share, whole), 0, ahead)
    carried = went['cost'] - went['charged'] - went['impaired']
    went['unimpaired'] = part_of(book.unimpaired(day), share, whole) if went['impaired'] else carried
    went['revalued'] = layer.revalued
    if isinstance(layer.curve, Declining):
        of_all = layer.carried_at(day)
        went['base'] = layer.curve.base_at(day) * carried / of_all if of_all > 0 else None
    return None if went['cost'] <= 0 or went['cost'] >= layer.cost else went
