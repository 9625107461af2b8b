"""Entries that somebody takes back by hand, to be posted again. Mixed into firm.Firm."""


class Reversals:
    def reverse_a_charge(self):
        """One of an open month that stands, with what corrected it; what is posted next is the same again. Others
        are refused, and what comes to nothing."""
        entries = self.entries()
        reversed_ = {entry['reverses'] for entry in entries}
        open_ = [entry for entry in entries if self.closed is None or entry['period'] > self.name(self.closed)]
        charges = [entry for entry in open_ if entry['event'] == 'depreciation' and not entry['reverses']
                   and entry['entry'] not in reversed_]
        tries = [('an entry of a closed month', [entry for entry in entries if entry not in open_]),
                 ('an entry that was reversed', [entry for entry in open_ if entry['entry'] in reversed_]),
                 ('an entry that is a reversal', [entry for entry in open_ if entry['reverses']])]
        if charges and self.random.random() < 0.6:
            entry = self.random.choice(charges)
            alike = [one for one in charges if all(one[key] == entry[key] for key in ('asset', 'book', 'period'))]
            if sum(self.minor(one['lines'][0]['amount']) for one in alike) == 0:
                self.refuse('a charge that was corrected to nothing', 'books', 'reverse', entry['entry'])
                return
            self.run('books', 'reverse', entry['entry'])
            self.covered['reversed', 'a correction' if entry['revision'] else 'a charge'] += 1
            return
        why, entries = self.random.choice(tries)
        if entries:
            self.refuse(why, 'books', 'reverse', self.random.choice(entries)['entry'])
