#!/usr/bin/env python3
"""Decades of a company and its machines, lived through the program itself, with an independent auditor.

A seed is a life: machines of every method and convention are bought or taken over, improved, repaired, serviced,
estimated anew, impaired, revalued, moved, paused, split, merged, disposed of, traded in and reinstated, on random days
of ten years; deeds are undone, told late, forbidden ones are tried, and processes are killed at a drawn write. Each
month is posted, most are closed. Then the journal is read and compared with what ledger.py says of the facts alone:
every charge of every month in every book, every account of every asset, the register, the roll-forward.

decades.py --bin BUILD/bin --seconds 60     as many lives as fit, from the commit's seed on, and what they have covered
decades.py --bin BUILD/bin --seed 17        one again, with its diary
decades.py --bin BUILD/bin --lives 1000     so many
decades.py --bin BUILD/bin --prove          the auditor must notice what is altered
decades.py --bin BUILD/bin --replay         a seed must live the same life twice

With --books postgresql://... (or PURSER_TEST_POSTGRES) every life lives in a schema of its own of that database.
"""
import argparse
import collections
import copy
import os
import pathlib
import shutil
import sys
import tempfile
import time

from curves import ONE_DAY
from draw import first_seed
from deeds import KINDS, PAIRS
from firm import FIRST, Broken, Firm
from ledger import FINANCIAL, MANAGEMENT, TAX, Book, Impossible

MONTHS = 120


def schema_of(server, name):
    return f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"


def live(program, seed, server=None, months=MONTHS, again=''):
    """A life, and what broke it."""
    memory = '/dev/shm' if os.path.isdir('/dev/shm') else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix='purser-decades-', dir=memory))
    company = Firm(program, seed, folder, server and schema_of(server, f'life{seed}{again}'))
    try:
        company.live(months)
        company.audit_registers()
        return company, None
    except Broken as broken:
        return company, str(broken)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_server(server):
    return '' if server is None else '\nwith PURSER_TEST_POSTGRES, for example by tests/postgres/with_postgres.py'


def report(covered, first, lives, months, kills):
    pairs = {key[1:] for key in covered if key[0] == 'pair'}
    print(f"{lives} lives from seed {first} on of {months} months, {covered['audited']} audits, {kills} processes "
          'killed, nothing lost')
    missing = [f'{before} then {kind}' for before, kind in PAIRS if (before, kind) not in pairs]
    print(f'{len(PAIRS) - len(missing)} of {len(PAIRS)} pairs of events, one after another on one asset, and '
          f'{len(pairs.difference(PAIRS))} others:')
    for kind in ['purchase'] + KINDS:
        after = sorted(b for a, b in pairs if a == kind)
        if after:
            print(f'  {kind:10} then {", ".join(after)}')
    print('pairs that are missing: ' + (', '.join(missing) or 'none'))
    bought = collections.Counter()
    for key, count in covered.items():
        if key[0] == 'bought':
            bought[key[1]] += count
    print('bought: ' + ', '.join(f'{count} {method}' for method, count in sorted(bought.items())))
    print(f"methods x conventions: {len({key[1:3] for key in covered if key[0] == 'bought'})}")
    print('read: ' + ', '.join(f'{key[1]} {count}' for key, count in sorted(covered.items(), key=str) if key[0] == 'read'))
    for what in ('taken over', 'reversed', 'measured', 'accepted', 'undone'):
        print(f'{what}: ' + ', '.join(f"{' '.join(map(str, key[1:]))} {count}" for key, count
                                      in sorted(covered.items(), key=str) if key[0] == what))
    print('ruled: ' + ', '.join(f'{key[1]} of {key[2]} {count}' for key, count in sorted(covered.items(), key=str)
                                if key[0] == 'ruled'))
    print('killed: ' + ', '.join(f'{key[1]} {key[2]} {count}' for key, count in sorted(covered.items(), key=str)
                                 if key[0] == 'killed'))
    print(f"crash points (verb and call): {len([key for key in covered if key[0] == 'point'])}")
    print('refused: ' + ', '.join(f'{key[1]} {count}' for key, count in sorted(covered.items(), key=str)
                                  if key[0] == 'refused'))


def event_of(asset, kind, book):
    return next((event for event in asset['events'] if event['kind'] == kind and event.get('book', book) == book), None)


def happened(asset, kind, book):
    return event_of(asset, kind, book) is not None


def forget(asset, kind, book=FINANCIAL):
    asset['events'].remove(event_of(asset, kind, book))


def taken_over_with(what):
    return lambda asset: asset['taken'] and what in asset['taken']


def more_lost_before(asset):
    asset['taken']['lost'] = asset['taken'].get('lost', asset['taken'].get('impaired', 0)) + 1


def undone(asset):
    return [(at, event) for at, event in asset.get('undone', []) if event['kind'] in ('repair', 'improve', 'credit')
            and at <= len(asset['events'])]


def keep(asset):
    at, event = undone(asset)[-1]
    asset['events'].insert(at, event)


def another_reading(asset):
    start, end, units = asset['terms'][FINANCIAL]['readings'].pop()
    asset['terms'][FINANCIAL]['readings'].append((start, end, units + 60_000))


def another_opening(asset):
    asset['taken']['year_opening'] = 3 * asset['taken']['year_opening'] + 1000


def gained_after_a_loss(asset):
    return asset['taken'] and happened(asset, 'revalue', FINANCIAL)


def less_in_part(asset):
    went = event_of(asset, 'split', FINANCIAL)['went'][FINANCIAL]
    went['cost'] -= 1


def told_by(asset, book, months):
    """What the accounts and charges of that book would be."""
    try:
        its = Book(asset, book)
        return its.accounts, [its.charge(month) for month in months]
    except Impossible:
        return None


def first_in(company, book, fits, alter):
    """An asset of that book of which the books would hold something else, were it altered."""
    months = range(FIRST, company.month)
    for asset in company.assets.values():
        if book in asset['terms'] and fits(asset):
            altered = copy.deepcopy(asset)
            alter(altered)
            if told_by(altered, book, months) != told_by(asset, book, months):
                return asset
    return None


def change(asset, book, **terms):
    asset['terms'][book].update(terms)


def rule_otherwise(asset):
    """Its tax year by the other convention."""
    curve = Book(asset, TAX).layers[0].curve
    other = 'half-year' if curve.convention(curve.in_service + ONE_DAY) == 'mid-quarter' else 'mid-quarter'
    curve.rulings[:] = [(None, other)]


def named(asset):
    return asset['terms'][TAX]['method'].count(':') == 2


# What is altered; in which book, of which asset, how.
ALTERATIONS = {
    'a cent more of cost': (FINANCIAL, lambda asset: True, lambda asset: asset.update(cost=asset['cost'] + 1)),
    'another convention': (FINANCIAL, lambda asset: True,
                           lambda asset: change(asset, FINANCIAL, convention='mid-month', months=37, days=0)),
    'a repair forgotten': (FINANCIAL, lambda asset: True, lambda asset: asset['events'].append(
        {'kind': 'repair', 'day': Book(asset, FINANCIAL).begins, 'amount': 1})),
    'a tax year ruled otherwise': (TAX, lambda asset: not named(asset), rule_otherwise),
    'a property of another class': (TAX, lambda asset: not asset['terms'][TAX]['method'].startswith('macrs:20'),
                                    lambda asset: change(asset, TAX, method='macrs:20:half-year')),
    'a cent deducted at once': (TAX, lambda asset: True, lambda asset: change(
        asset, TAX, section_179=asset['terms'][TAX].get('section_179', 0) + 1)),
    'a bonus': (TAX, lambda asset: True, lambda asset: change(
        asset, TAX, bonus_percent=asset['terms'][TAX].get('bonus_percent', 0) // 2 + 3)),
    'a part that is a cent less': (FINANCIAL, lambda asset: happened(asset, 'split', FINANCIAL), less_in_part),
    'a reinstatement forgotten': (FINANCIAL, lambda asset: asset['events'] and asset['events'][-1]['kind'] == 'reinstate',
                                  lambda asset: forget(asset, 'reinstate')),
    'a credit note forgotten': (FINANCIAL, lambda asset: happened(asset, 'credit', FINANCIAL),
                                lambda asset: forget(asset, 'credit')),
    'what was taken back': (FINANCIAL, undone, keep),
    'a reading of one more': (FINANCIAL, lambda asset: asset['terms'][FINANCIAL].get('readings'), another_reading),
    'what other books impaired': (FINANCIAL, taken_over_with('impaired'), lambda asset: asset['taken'].pop('impaired')),
    'what other books revalued': (FINANCIAL, taken_over_with('surplus'), lambda asset: asset['taken'].update(
        surplus=asset['taken']['surplus'] + 1)),
    'the year as other books opened it': (FINANCIAL, taken_over_with('year_opening'), another_opening),
    'a loss that a gain made good': (FINANCIAL, gained_after_a_loss, more_lost_before),
    'another book by the terms of the first': (MANAGEMENT, lambda asset: True, lambda asset: asset['terms'].update(
        {MANAGEMENT: {**asset['terms'][FINANCIAL], 'salvage': asset['salvage'], 'months': 11, 'days': 0,
                      'method': 'straight-line', 'convention': 'full-month'}})),
}


def finds(company, what, alter, asset):
    """Whether the auditor notices it; the facts are afterwards what they were."""
    facts = copy.deepcopy((company.assets, company.rulings))
    try:
        alter(asset)
        company.replayed.clear()
        company.audit(company.month - 1)
        print(f'{what}: NOT FOUND')
        return False
    except (Broken, Impossible) as broken:
        print(f'{what}: {broken}')
        return True
    finally:
        company.assets, company.rulings = facts
        company.replayed.clear()


def prove(program):
    """Altered facts must be noticed: the auditor that finds nothing has looked at nothing."""
    missed, left = 0, dict(ALTERATIONS)
    for seed in range(1, 100):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='purser-decades-'))
        try:
            company = Firm(program, seed, folder)
            company.live(18)
            company.audit(company.month - 1)  # unaltered, there is nothing to notice
            for what, (book, fits, alter) in list(left.items()):
                asset = first_in(company, book, fits, alter)
                if asset is not None:
                    missed += not finds(company, what, alter, asset)
                    del left[what]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if not left:
            return missed
    print(f'no life had anything to try these on: {", ".join(left)}')
    return missed + len(left)


def replay(program, server, months):
    """A failure that cannot be repeated is half found: a seed gives the same diary each time, kills included."""
    wrong = 0
    for seed in (1, 2) if server is None else (1,):
        lives = [live(program, seed, server, months, turn) for turn in ('first', 'again')]
        first, second = (company.diary + [str(broken)] for company, broken in lives)
        at = next((n for n, (one, other) in enumerate(zip(first, second)) if one != other), None)
        if at is None and len(first) == len(second) and lives[0][0].kills > 0:
            print(f'seed {seed}: {len(first)} lines, {lives[0][0].kills} processes killed, twice the same')
            continue
        wrong += 1
        if at is None and len(first) == len(second):
            print(f'seed {seed}: no process was killed in {months} months; live longer')
            continue
        print(f'seed {seed}: not the same twice; first otherwise:\n  {first[at or 0]}\n  {second[at or 0]}')
    return wrong


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--bin', type=pathlib.Path, required=True)
    arguments.add_argument('--seconds', type=float)
    arguments.add_argument('--lives', type=int)
    arguments.add_argument('--first', type=int, default=first_seed())
    arguments.add_argument('--seed', type=int)
    arguments.add_argument('--prove', action='store_true')
    arguments.add_argument('--replay', action='store_true')
    arguments.add_argument('--months', type=int, default=MONTHS)
    arguments.add_argument('--books', default=os.environ.get('PURSER_TEST_POSTGRES'))
    options = arguments.parse_args()
    program = options.bin.resolve() / 'purser'
    if options.prove:
        sys.exit(1 if prove(program) else 0)
    if options.replay:
        sys.exit(1 if replay(program, options.books, options.months) else 0)
    if options.seed is not None:
        company, broken = live(program, options.seed, options.books, options.months)
        print('\n'.join(company.diary))
        print(broken or 'nothing lost')
        sys.exit(1 if broken else 0)
    end = time.monotonic() + options.seconds if options.seconds else None
    covered, lives, kills = collections.Counter(), 0, 0
    while (end is None or time.monotonic() < end) and (options.lives is None or lives < options.lives):
        seed = options.first + lives
        company, broken = live(program, seed, options.books, options.months)
        if broken:
            print('\n'.join(company.diary[-40:]))
            print(f'seed {seed}: {broken}')
            print(f'again: decades.py --bin {options.bin} --seed {seed}{on_server(options.books)}')
            sys.exit(1)
        lives += 1
        kills += company.kills
        covered += company.covered
    report(covered, options.first, lives, options.months, kills)


if __name__ == '__main__':
    main()
