"""Records of how machines are, and what their review proposes, figured from the records alone by the rules of
docs/books.md. Mixed into firm.Firm."""
import datetime
from fractions import Fraction

from curves import ONE_DAY, add_months, rounded
from deeds import last_of
from ledger import FINANCIAL

WORN, SOUND, MANY_XIDS = 800, 950, 10  # of a thousand; errors


def end_of(terms):
    """The day on which its life is over."""
    return add_months(terms['in_service'], terms['months']) if terms['months'] \
        else terms['in_service'] + ONE_DAY * terms['days']


def life_until(terms, end, today):
    """The longest life, in the unit of the present one, that is over by `end`, but not by today."""
    service = terms['in_service']
    if not terms['months']:
        return {'months': 0, 'days': (max(end, today + ONE_DAY) - service).days}
    months = 0
    while add_months(service, months + 1) <= end or add_months(service, months) <= today:
        months += 1
    return {'months': months, 'days': 0}


def worn_on(work):
    """The day on which the line through the first and the last record reaches the mark; None: it does not fall."""
    (first_day, first), (last_day, last) = work[0], work[-1]
    if last >= first or first_day == last_day:
        return None
    per_day = Fraction(first - last, (last_day - first_day).days)
    days = max(last - WORN, 0) / per_day
    return last_day + datetime.timedelta(days=days.numerator // days.denominator)


def new_of(records, what):
    """Since the record before the last that counted them."""
    counts = [record[what] for record in records if record[what] is not None]
    return counts[-1] - counts[-2] if len(counts) > 1 else 0


def proposed_life(terms, records, today):
    work = [(record['on'], record['work']) for record in records if record['work'] is not None]
    ecc, xid, end = new_of(records, 'ecc'), new_of(records, 'xid'), end_of(terms)
    if end <= today:
        return None
    ends = [worn_on(work)] if work and worn_on(work) else []
    ends += [add_months(today, 12)] if ecc > 0 or xid >= MANY_XIDS else []
    if ends and min(ends) < end:
        life = life_until(terms, min(ends), today)
        if life != {'months': terms['months'], 'days': terms['days']}:
            return life
    if work and work[-1][1] >= SOUND and ecc == xid == 0 and add_months(today, 12) >= end:
        return {'months': terms['months'] + 12, 'days': 0} if terms['months'] else {'months': 0, 'days': terms['days'] + 365}
    return None


class Conditions:
    def look_at(self, asset):
        """Somebody looks how it is, and now and then accepts what follows from it."""
        today, records = self.today(), asset.setdefault('conditions', [])
        if self.gone(asset) or self.book(asset).begins > today or records and records[-1]['on'] >= today:
            return
        self.record_condition(asset, records, today)
        if self.last_day(asset) <= today and self.random.random() < 0.6:
            self.review(asset, records, today)

    def record_condition(self, asset, records, today):
        pick, words = self.random.choice, []
        work = pick([None, None, self.random.randint(700, 1000), self.random.randint(940, 1000)])
        counts = {what: max([record[what] or 0 for record in records], default=0) + pick([0, 0, 0, 0, 1, 12])
                  if pick([True, False]) else None for what in ('ecc', 'xid')}
        if work is None and counts == {'ecc': None, 'xid': None}:
            work = 1000
        words += ['--work', f'{work // 10}.{work % 10}%'] if work is not None else []
        for what, count in counts.items():
            words += [f'--{what}', count] if count is not None else []
        self.run('asset', 'condition', asset['name'], '--on', today, *words)
        records.append({'on': today, 'work': work, **counts, 'after': len(asset['events'])})

    def review(self, asset, records, today):
        book = self.book(asset)
        change = self.random.choice(['life', 'impairment'])
        words = ('asset', 'review', asset['name'], '--accept', change)
        if change == 'life':
            by_use = 'readings' in book.terms
            life = None if by_use else proposed_life(book.terms, records, today)
            event = life and {'kind': 'estimate', 'day': today, 'book': FINANCIAL, **life}
        else:
            event = self.proposed_test(asset, book, records, today)
        if event is None:
            self.refuse(f'nothing speaks for another {change}', *words)
            return
        before = last_of(asset)
        if self.tell(asset, event, *words):
            self.covered['pair', before, event['kind']] += 1
            self.covered['accepted', change] += 1

    def proposed_test(self, asset, book, records, today):
        """Below the mark, that part of what it is carried at, unless it was tested since."""
        work = [(record['on'], record['work']) for record in records if record['work'] is not None]
        carried = book.carried(today)
        if not work or work[-1][1] >= WORN or carried <= 0:
            return None
        if any(event['kind'] == 'impair' and event['book'] == FINANCIAL and event['day'] >= work[-1][0]
               for event in asset['events']):
            return None
        to = rounded(Fraction(carried * work[-1][1], 1000))
        return None if to == carried else {'kind': 'impair', 'day': today, 'book': FINANCIAL, 'to': to}
