"""What is taken back, the last or another, as if it had never been. Mixed into firm.Firm."""
import json

from curves import month_of
from ledger import Book, Impossible

# What the program calls them; a service is a repair, with a record of its own.
CALLED = {'repair': 'repair', 'improve': 'improvement', 'credit': 'credit', 'estimate': 'estimate',
          'impair': 'impairment', 'revalue': 'revaluation', 'dispose': 'disposal', 'reinstate': 'reinstatement',
          'split': 'split', 'merge': 'merge', 'merged': 'merged', 'move': 'move', 'pause': 'pause', 'resume': 'resume'}
WITH_ENTRY = [kind for kind in CALLED if kind not in ('estimate', 'move', 'pause', 'resume')]


class Undoing:
    def undo(self, asset):
        """What was recorded last of it."""
        words, records = ('asset', 'undo', asset['name']), asset.get('conditions', [])
        if records and records[-1]['after'] >= len(asset['events']):
            self.run(*words)
            records.pop()
            self.covered['undone', 'a record of condition'] += 1
        elif asset['events']:
            self.take_back(asset, asset['events'][-1], *words)
        elif asset['part']:
            self.take_back(*self.split_of(asset), *words)

    def undo_another(self, asset):
        """Not the last, by its name or by an entry of it."""
        told = [event for event in asset['events'] if event['kind'] != 'service']
        open_ = self.before_others(asset) if self.random.random() < 0.8 else told
        if not open_:
            return
        event = self.random.choice(open_)
        key = self.key_of(asset, told, event)
        words = ('asset', 'undo', asset['name'], '--event', key)
        if self.random.random() < 0.5:
            reversed_ = {entry['reverses'] for entry in self.entries()}
            entries = [entry['entry'] for entry in self.entries() if entry['asset'] == asset['name']
                       and entry['event'] == key.replace('merged:', 'merge:') and not entry['reverses'] and entry['entry'] not in reversed_]
            words = ('books', 'reverse', self.random.choice(entries)) if entries else words
        self.take_back(asset, event, *words)
        self.covered['undone', 'by entry' if words[0] == 'books' else 'by name'] += 1

    def before_others(self, asset):
        """What happened in open months, and is not the last."""
        return [event for event in asset['events'][:-1] if event['kind'] != 'service'
                and (self.closed is None or month_of(event['day']) > self.closed)]

    def key_of(self, asset, told, event):
        rows = json.loads(self.call('asset', 'history', asset['name'], '--json').stdout)['history']
        ids = sorted(row['id'] for row in rows if 'id' in row and not row['undone'] and row['event'] != 'opening')
        at = next(at for at, one in enumerate(told) if one is event)
        return f"{CALLED[event['kind']]}:{ids[at]}"

    def split_of(self, part):
        whole = self.assets[part['of']]
        return whole, next(event for event in whole['events'] if event.get('name') == part['name']
                           and event['kind'] == 'split')

    def take_back(self, asset, event, *words):
        """What two share goes from both, and a share that was disposed of at once as one."""
        if event.get('with_split'):
            asset, event = self.split_of(asset)
        if event['kind'] == 'merged':
            name, asset = asset['name'], self.assets[asset['of']]
            event = [one for one in asset['events'] if one['kind'] == 'merge' and one['name'] == name][-1]
        why = self.in_the_way(asset, event)
        if why:
            self.refuse(f"undo of {'a closed month' if why == 'closed' else 'what ' + why}", *words)
            return
        is_last = asset['events'][-1] is event
        if event['kind'] in WITH_ENTRY and self.random.random() < 0.1:
            if not self.killed(*words):
                return
        else:
            self.run(*words)
        self.covered['pair', event['kind'], 'undo'] += 1
        self.covered['undone', event['kind'] if is_last else f"{event['kind']} before others"] += 1
        self.forget(asset, event)
        self.rule()

    def in_the_way(self, asset, event):
        """Why it cannot be taken back; None: it can."""
        if self.closed is not None and month_of(event['day']) <= self.closed:
            return 'closed'
        at = next(at for at, one in enumerate(asset['events']) if one is event)
        later = asset['events'][at + 1:]
        if event['kind'] not in ('repair', 'service') and \
                any(one['kind'] in ('split', 'merge', 'merged') for one in later):
            return 'a division counted'
        part = self.assets[event['name']] if event['kind'] == 'split' else {}
        if part.get('conditions') or any(not one.get('with_split') for one in part.get('events', [])):
            return 'went on by itself'
        rest = {**asset, 'events': asset['events'][:at] + later}
        try:
            for name in asset['terms']:
                Book(rest, name)
        except Impossible:
            return 'another needs'
        return None if self.stands_somewhere(rest) else 'another needs'

    def stands_somewhere(self, asset):
        """Whether each move leads elsewhere, and each rest begins in use."""
        site, is_paused = asset['stood'], False
        for event in asset['events']:
            if event['kind'] == 'move' and event['to'] == site:
                return False
            if event['kind'] in ('pause', 'resume') and is_paused == (event['kind'] == 'pause'):
                return False
            site = event.get('to', site) if event['kind'] == 'move' else site
            is_paused = event['kind'] == 'pause' if event['kind'] in ('pause', 'resume') else is_paused
        return True

    def forget(self, asset, event):
        at = next(at for at, one in enumerate(asset['events']) if one is event)
        del asset['events'][at]
        asset.setdefault('undone', []).append((at, event))
        for record in asset.get('conditions', []):
            record['after'] -= record['after'] > at
        if event['kind'] == 'split':
            del self.assets[event['name']]
        if event['kind'] == 'merge':
            self.assets[event['name']]['events'].pop()
