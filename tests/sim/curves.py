"""How much of a life has passed, in exact fractions: the conventions and methods of docs/books.md, written from
that document and from the tables of IRS Publication 946, with no line of the program that they check.

A life is a list of slices (a day each under the convention of days, else a month), each with its share of the
whole; W(day) runs from 0 to 1 along them. Within a month it runs by the days of service in it.
"""
import bisect
import calendar
import datetime
from fractions import Fraction

ONE_DAY = datetime.timedelta(days=1)


def month_of(day):
    return day.year * 12 + day.month - 1


def first_of(month):
    return datetime.date(month // 12, month % 12 + 1, 1)


def add_months(day, months):
    month = month_of(day) + months
    last = calendar.monthrange(month // 12, month % 12 + 1)[1]
    return datetime.date(month // 12, month % 12 + 1, min(day.day, last))


def rounded(value):
    """Halves away from zero."""
    twice = abs(value) * 2 + 1
    whole = twice.numerator // (2 * twice.denominator)
    return whole if value >= 0 else -whole


class Life:
    """From `in_service` on, for so many months or days; a fiscal year begins with `fiscal_month` (0 is January)."""

    def __init__(self, in_service, months, days, convention, fiscal_month):
        self.in_service, self.months, self.days = in_service, months, days
        self.convention, self.fiscal_month = convention, fiscal_month
        self.by_days = convention == 'daily'
        self.yearly = convention in ('half-year', 'mid-quarter', 'full-year')
        self.slices = []  # (start, end, share of the life)
        if self.by_days:
            self.end = add_months(in_service, months) if months else in_service + ONE_DAY * days
        elif self.yearly:
            self.cut_years()
        else:
            self.cut_months()
        self.ends = [end for _, end, _ in self.slices]
        self.sums = []
        passed = Fraction(0)
        for _, _, share in self.slices:
            self.sums.append(passed)
            passed += share

    def cut_months(self):
        late = self.in_service.day > 15
        first = {'full-month': Fraction(1), 'half-month': Fraction(1, 2), 'mid-month': Fraction(1, 2),
                 'following-month': Fraction(0), 'fifteenth': Fraction(0 if late else 1)}[self.convention]
        passed, month = Fraction(0), month_of(self.in_service)
        while passed < self.months:
            part = min(first if month == month_of(self.in_service) else Fraction(1), self.months - passed)
            self.slices.append((max(first_of(month), self.in_service), first_of(month + 1), part / self.months))
            passed += part
            month += 1

    def fiscal_year_of(self, month):
        return month - (month - self.fiscal_month) % 12

    def cut_years(self):
        service = month_of(self.in_service)
        first_year = self.fiscal_year_of(service)
        since = service - first_year
        granted = {'half-year': Fraction(6), 'full-year': Fraction(12),
                   'mid-quarter': Fraction(12) - 3 * (since // 3) - Fraction(3, 2)}[self.convention]
        passed, year = Fraction(0), first_year
        while passed < self.months:
            part = min(granted if year == first_year else Fraction(12), self.months - passed)
            begin = max(service, year)
            for month in range(begin, year + 12):
                share = part / (year + 12 - begin) / self.months
                self.slices.append((max(first_of(month), self.in_service), first_of(month + 1), share))
            passed += part
            year += 12

    def passed(self, day):
        """The share of the life that has passed at the start of that day."""
        if day <= self.in_service:
            return Fraction(0)
        if self.by_days:
            return min(Fraction((day - self.in_service).days, (self.end - self.in_service).days), Fraction(1))
        at = bisect.bisect_left(self.ends, day)
        if at == len(self.slices):
            return Fraction(1)
        start, end, share = self.slices[at]
        return self.sums[at] + share * Fraction(max((day - start).days, 0), (end - start).days)

    def passed_at_disposal(self, day):
        """The share that is charged of the life of what is disposed of on that day."""
        month = month_of(day)
        if self.by_days:
            return self.passed(day)
        start = self.passed(first_of(month))
        whole = self.passed(first_of(month + 1)) - start
        in_first = month == month_of(self.in_service)
        if self.convention == 'full-month':
            return start
        if self.convention in ('half-month', 'mid-month'):
            return start + min(whole, Fraction(1, 2) / self.months)
        if self.convention == 'following-month':
            return start if in_first else start + whole
        if self.convention == 'fifteenth':
            return start + (min(whole, Fraction(1) / self.months) if day.day > 15 else 0)
        year = self.fiscal_year_of(month)
        first = self.fiscal_year_of(month_of(self.in_service)) == year
        before = self.passed(max(first_of(year), self.in_service))
        of_year = self.passed(first_of(year + 12)) - before
        quarter = 3 * ((month - year) // 3)
        months = {'half-year': Fraction(6), 'full-year': Fraction(0),
                  'mid-quarter': Fraction(quarter) + Fraction(3, 2)}[self.convention]
        if self.convention == 'mid-quarter' and first:
            since = month_of(self.in_service) - year
            months = Fraction(quarter - 3 * (since // 3))
        return before + min(of_year, months / self.months)

    def years(self):
        """Where in the life each of its years begins, and 1."""
        if not self.by_days:
            return [Fraction(12 * year, self.months) for year in range(-(-self.months // 12))] + [Fraction(1)]
        days, starts = (self.end - self.in_service).days, []
        while add_months(self.in_service, 12 * len(starts)) < self.end:
            starts.append(Fraction((add_months(self.in_service, 12 * len(starts)) - self.in_service).days, days))
        return starts + [Fraction(1)]

    def count_of_years(self):
        if self.months:
            return Fraction(self.months, 12)
        whole = 0
        while add_months(self.in_service, 12 * (whole + 1)) < self.end:
            whole += 1
        last, following = add_months(self.in_service, 12 * whole), add_months(self.in_service, 12 * (whole + 1))
        return whole + Fraction((self.end - last).days, (following - last).days)


def weighted(part, starts, weights):
    done = sum(weight * (min(part, end) - start) / (end - start)
               for start, end, weight in zip(starts, starts[1:], weights) if part > start)
    return Fraction(done) / sum(weights)


class Curve:
    """W of a method that does not ask what the asset is carried at: straight-line, sum-of-years, table, units."""

    def __init__(self, method, life, readings=None):
        self.method, self.life, self.readings = method, life, readings
        self.units = int(method[6:]) if method.startswith('units:') else None
        if method == 'sum-of-years':
            count = life.count_of_years()
            self.starts = life.years()
            self.weights = [count - year for year in range(len(self.starts) - 1)]
        elif method.startswith('table:'):
            self.starts = life.years()
            self.weights = [Fraction(percent) for percent in method[6:].split('/')]

    def of_part(self, part):
        if self.method == 'straight-line':
            return part
        return weighted(part, self.starts, self.weights)

    def at(self, day):
        if self.units is None:
            return self.of_part(self.life.passed(day))
        used = sum(units * Fraction((min(day, end) - start).days, (end - start).days)
                   for start, end, units in self.readings if start < day)
        return min(Fraction(used) / self.units, Fraction(1))

    def at_disposal(self, day):
        return self.at(day) if self.units is not None else self.of_part(self.life.passed_at_disposal(day))

    def is_over(self, day):
        return self.at(day) >= 1


# IRS Publication 946, tables A-1 (half-year) and A-2 to A-5 (mid-quarter, placed in service in the first to the fourth
# quarter): percents of each year, in hundredths.
HALF_YEAR = {3: [3333, 4445, 1481, 741], 5: [2000, 3200, 1920, 1152, 1152, 576],
             7: [1429, 2449, 1749, 1249, 893, 892, 893, 446]}
MID_QUARTER = {
    3: [[5833, 2778, 1235, 154], [4167, 3889, 1414, 530], [2500, 5000, 1667, 833], [833, 6111, 2037, 1019]],
    5: [[3500, 2600, 1560, 1101, 1101, 138], [2500, 3000, 1800, 1137, 1137, 426], [1500, 3400, 2040, 1224, 1130, 706],
        [500, 3800, 2280, 1368, 1094, 958]],
    7: [[2500, 2143, 1531, 1093, 875, 874, 875, 109], [1785, 2347, 1676, 1197, 887, 887, 887, 334],
        [1071, 2551, 1822, 1302, 930, 885, 886, 553], [357, 2755, 1968, 1406, 1004, 873, 873, 764]]}


def macrs_shares(years, convention, quarter):
    """The share of the basis that each year of the property takes. Of 10, 15 and 20 years it is computed: 200% or 150%
    declining balance, straight line over the rest as soon as that is more (26 USC 168(b))."""
    if years in HALF_YEAR:
        points = HALF_YEAR[years] if convention == 'half-year' else MID_QUARTER[years][quarter]
        return [Fraction(point, 10_000) for point in points]
    rate = Fraction(2 if years == 10 else Fraction(3, 2)) / years
    first = Fraction(1, 2) if convention == 'half-year' else Fraction(7 - 2 * quarter, 8)
    shares, left, rest = [], Fraction(1), Fraction(years)
    while rest > 0:
        part = first if not shares else min(Fraction(1), rest)
        shares.append(max(left * rate * part, left / rest * part) if rest > part else left)
        left, rest = left - shares[-1], rest - part
    return shares


class Macrs:
    """Charges of a property of MACRS, as a share of its basis. `rulings` tells the convention of its tax year: a list of
    (from which day, convention), the first of which may be from the beginning (None); later ones are appended."""

    def __init__(self, years, in_service, fiscal_month, rulings):
        self.years, self.in_service, self.rulings = years, in_service, rulings
        service = month_of(in_service)
        self.first_year = service - (service - fiscal_month) % 12
        self.quarter = (service - self.first_year) // 3
        self.since = in_service  # here: what is told late counts from the first open day
        self.disposed = self.left = None  # on which day it went, and from which on that counts

    def dispose(self, on, day):
        self.disposed, self.left = max(on, self.in_service), day

    def convention(self, day):
        return next((convention for since, convention in reversed(self.rulings) if since is None or since < day),
                    'half-year')

    def at(self, day):
        sold_at = None if self.disposed is None else month_of(self.disposed)
        is_gone = sold_at is not None and day > self.left
        if day <= self.since:
            return Fraction(0)
        if is_gone and sold_at < self.first_year + 12:
            return Fraction(0)
        convention = self.convention(first_of(month_of(self.left) + 1) if is_gone else day)
        passed = Fraction(0)
        shares = macrs_shares(self.years, convention, self.quarter)
        for number, share in enumerate(shares):
            year = self.first_year + 12 * number
            begin = max(year, month_of(self.in_service))
            months = year + 12 - begin
            if is_gone and year <= sold_at < year + 12:
                return passed + share * self.of_year_of_disposal(convention, sold_at - year, number == len(shares) - 1)
            for month in range(begin, year + 12):
                start, end = max(first_of(month), self.in_service), first_of(month + 1)
                if day >= end:
                    passed += share / months
                elif day > start:
                    return passed + share / months * Fraction((day - start).days, (end - start).days)
                else:
                    return passed
        return passed

    def of_year_of_disposal(self, convention, month, is_last):
        """To the middle of the year or of the quarter of disposal; its last year ends in the middle of the year, or of
        the quarter in which it was placed in service."""
        ends = Fraction(3 * self.quarter) + Fraction(3, 2) if is_last else Fraction(12)
        if convention == 'half-year':
            return Fraction(1) if is_last else Fraction(1, 2)
        return min(Fraction(1), (Fraction(3 * (month // 3)) + Fraction(3, 2)) / ends)


class Declining:
    """Declining balance, `declining-balance:FACTOR[:switch][:per-period]`, from a day on: the rate of a fiscal year, or
    month, applies to the amount at its start. `left` is carried on that day, in the middle of a year of which the rate
    applies to `base`; without a day it is the cost, from the beginning."""

    def __init__(self, method, life, left, salvage, since=None, base=None):
        self.method, self.life = method, life
        self.words = method.split(':')
        self.begun = life.passed(since) if since else Fraction(0)
        self.above = left - salvage
        self.left = Fraction(left)
        self.base = self.left if base is None or self.is_start(self.begun) else Fraction(base)
        self.cells = list(self.cut())

    @property
    def length(self):
        return 1 if 'per-period' in self.words else 12

    def periods(self):
        """(Where in the life each year or month begins and ends, how much of it is in service, what of the life is left
        then), the last two in years or months."""
        life, before = self.life, Fraction(0)
        rest = self.count = life.count_of_years() * 12 / self.length
        begin = month_of(life.in_service)
        begin = life.fiscal_year_of(begin) if self.length == 12 else begin
        while before < 1:
            after = life.passed(first_of(begin + self.length))
            if life.by_days:
                start, end = max(first_of(begin), life.in_service), min(first_of(begin + self.length), life.end)
                share = Fraction((end - start).days, (first_of(begin + self.length) - first_of(begin)).days)
            else:
                share = (after - before) * life.months / self.length
            yield before, after, share, rest
            rest, before, begin = rest - share, after, begin + self.length

    def is_start(self, passed):
        return any(before == passed for before, *_ in self.periods())

    def cut(self):
        """(Where it begins and ends, what is charged in it, what its rate applies to) for each that is not over yet."""
        above, left, base = Fraction(max(self.above, 0)), self.left, self.base
        for before, after, share, rest in self.periods():
            if after <= self.begun:
                continue
            start = max(before, self.begun)
            still = share * (after - start) / (after - before)
            charge = base * Fraction(self.words[1]) / self.count * still
            if 'switch' in self.words:
                rest -= share - still
                charge = max(charge, above * (min(still / rest, 1) if rest > 0 else 1))
            if after == 1 or charge > above:
                charge = above
            yield start, after, charge, base
            above, left = above - charge, left - charge
            base = left

    def base_at(self, day):
        """What the rate of the year of that day applies to."""
        passed = self.life.passed(day)
        return next((base for _, after, _, base in self.cells if passed < after), Fraction(0))

    def of_part(self, passed):
        """The share of what there was to charge."""
        if self.above <= 0:
            return Fraction(0)
        charged = sum(charge * (min(passed, after) - start) / (after - start)
                      for start, after, charge, _ in self.cells if passed > start)
        return Fraction(charged) / self.above

    def at(self, day):
        return self.of_part(self.life.passed(day))

    def at_disposal(self, day):
        return self.of_part(self.life.passed_at_disposal(day))

    def is_over(self, day):
        return self.life.passed(day) >= 1
