"""What the meters of machines that wear off by use say: month by month, late, and otherwise than before. Mixed into
firm.Firm."""
from curves import first_of, month_of
from ledger import FINANCIAL, Book, Impossible


class Readings:
    def read_units(self):
        """What the meters say of last month, or of all months since they were read; and now and then that they said
        something else."""
        for asset in self.assets.values():
            terms = asset['terms'][FINANCIAL]
            if 'readings' not in terms:
                continue
            start, end = max(first_of(self.month), terms['in_service']), first_of(self.month + 1)
            book, unread = self.book(asset), asset.setdefault('unread', [])
            end = min(end, book.gone[0]) if book.gone else end
            if start < end:
                unread.append((start, end))
            known = terms['readings']
            again = self.random.choice(known) if known and self.random.random() < 0.1 else None
            if not unread and not again or self.random.random() < (0.8 if book.gone else 0.2):
                continue
            readings = [(*days, self.random.randint(0, 2000)) for days in unread]
            if again:
                readings.append((*again[:2], self.random.randint(0, 2000)))
            if self.read(asset, readings, [one for one in known if one != again]):
                self.covered['read', 'again'] += again is not None
                self.covered['read', 'of what is gone'] += book.gone is not None
                unread.clear()

    def read(self, asset, readings, others):
        """Whether these are taken besides the others. Refused is what comes too late for what stands in a closed month, and
        after which what happened since could not have happened."""
        file = self.folder / 'units.csv'
        file.write_text('start,end,units\n' + ''.join(f'{start},{end},{units}\n' for start, end, units in readings))
        words = ('asset', 'units', asset['name'], file)
        then = {**asset['terms'][FINANCIAL], 'readings': sorted(others + readings)}
        try:
            Book({**asset, 'terms': {FINANCIAL: then}}, FINANCIAL)
        except Impossible as why:
            self.refuse(f'a reading after which {why}', *words)
            return False
        if any(self.went_by(asset, event, start) for event in asset['events'] for start, _, _ in readings):
            self.refuse('a reading before what went by it', *words)
            return False
        self.run(*words)
        self.covered['read', 'late'] += any(start < self.effective(start) for start, _, _ in readings)
        asset['terms'][FINANCIAL]['readings'][:] = sorted(others + readings)
        return True

    def went_by(self, asset, event, start):
        """Whether that stands by what was charged until then, and a reading from that day on would tell it otherwise."""
        return event['kind'] in ('impair', 'revalue', 'dispose', 'reinstate') and event['day'] > start \
            and self.closed is not None and month_of(event['day']) <= self.closed
